package io.laptopdiff.contracts.json;

/** A message or a part of one breaks a rule; the text quotes field, value and rule. */
public final class InvalidMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String value;
    private final String rule;

    /**
     * @param field path of the field, such as {@code distillation.steps}, see {@link FieldPath};
     *     empty for the whole
     * @param value what stood there; "absent" when nothing did
     * @param rule what is allowed, and so how to mend it
     */
    public InvalidMessageException(String field, Object value, String rule) {
        super(text(field, String.valueOf(value), rule));
        this.field = field;
        this.value = String.valueOf(value);
        this.rule = rule;
    }

    /** Returns the same complaint seen from the enclosing object. */
    public InvalidMessageException within(String outer) {
        if (outer.isEmpty()) {
            return this;
        }
        boolean bracket = field.isEmpty() || field.startsWith("[");
        String path = outer + (bracket ? "" : ".") + field;
        InvalidMessageException moved = new InvalidMessageException(path, value, rule);
        moved.setStackTrace(getStackTrace());
        return moved;
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }

    public String rule() {
        return rule;
    }

    private static String text(String field, String value, String rule) {
        String where = field.isEmpty() ? "message" : "field '" + field + "'";
        return where + " is " + shorten(value) + ", but " + rule;
    }

    private static String shorten(String value) {
        return value.length() <= 200 ? value : value.substring(0, 200) + "…";
    }
}
