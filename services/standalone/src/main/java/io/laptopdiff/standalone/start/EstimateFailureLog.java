package io.laptopdiff.standalone.start;

import io.laptopdiff.contracts.run.RunSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Says in the log why a run has no estimate. The same question comes with every letter that
 * somebody types into a form, so each answer is given once.
 */
final class EstimateFailureLog {

    private static final int KEPT = 100;

    private final Logger log;
    private final Set<String> said =
            Collections.newSetFromMap(
                    Collections.synchronizedMap(
                            new LinkedHashMap<>() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                protected boolean removeEldestEntry(
                                        Map.Entry<String, Boolean> eldest) {
                                    return size() > KEPT;
                                }
                            }));

    EstimateFailureLog(Logger log) {
        this.log = log;
    }

    /**
     * @param what could not be done, and what that means
     */
    void warn(String what, RunSpec spec, RuntimeException cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String scorer = spec.evaluation() == null ? null : spec.evaluation().scorer();
        if (said.add(what + spec.teacher() + scorer + reason)) {
            log.warnf(
                    "%s teacher=%s scorer=%s cause=%s fix=see that both are whole model directories"
                            + " which this process can read, every part with its config.json; more at"
                            + " level DEBUG of %s",
                    what, spec.teacher(), scorer, reason, log.getName());
            log.debug(what, cause);
        }
    }
}
