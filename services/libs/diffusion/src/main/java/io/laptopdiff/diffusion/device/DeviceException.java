package io.laptopdiff.diffusion.device;

import io.laptopdiff.failures.Explained;

/** The configured device cannot be used: says what is wrong, where and how to fix it. */
public final class DeviceException extends RuntimeException implements Explained {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where option and value
     * @param howToFix what the reader can do about it
     */
    DeviceException(String what, String where, String howToFix) {
        super(what + " (" + where + "). " + howToFix);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    @Override
    public String what() {
        return what;
    }

    @Override
    public String where() {
        return where;
    }

    @Override
    public String howToFix() {
        return howToFix;
    }
}
