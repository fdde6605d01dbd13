package io.laptopdiff.diffusion.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.laptopdiff.diffusion.device.Devices;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The self-check: holds every operator's preferred form against double precision, at the kinds of
 * shape that the models use, with one thread and with all. A form that is wrong is replaced by the
 * quickest of those that are right.
 */
final class EngineCheck {

    private static final int TIMED = 2;
    private static final double FLOP_PER_MULTIPLICATION = 2;

    private final OperatorForms forms;
    private final Clock clock;
    private final Map<Operator, OperatorForm> chosen = new EnumMap<>(Operator.class);
    private final List<EngineReport.Finding> findings = new ArrayList<>();

    EngineCheck(OperatorForms forms, Clock clock) {
        this.forms = forms;
        this.clock = clock;
        for (Operator operator : Operator.values()) {
            chosen.put(
                    operator, forms.of(operator).get(0)); // what others' forms may call meanwhile
        }
    }

    /**
     * Runs the check on a thread of its own, for it sets how many threads the calling one computes
     * with, and must not record what another has open.
     */
    EngineReport run() throws InterruptedException {
        EngineReport[] report = new EngineReport[1];
        RuntimeException[] thrown = new RuntimeException[1];
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                report[0] = here();
                            } catch (RuntimeException e) {
                                thrown[0] = e;
                            }
                        },
                        "engine-check");
        thread.setDaemon(true);
        thread.start();
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
        return report[0];
    }

    private EngineReport here() {
        long begin = System.nanoTime();
        Engine engine = Engine.getEngine("PyTorch");
        for (Operator operator : Operator.values()) {
            check(operator);
        }
        return new EngineReport(
                engine.getVersion(),
                JniUtils.getNumThreads(),
                clock.instant(),
                (System.nanoTime() - begin) / 1e9,
                false,
                findings);
    }

    private void check(Operator operator) {
        try (NDManager manager = Devices.newCpuManager()) {
            List<FormCheck> checks = new ArrayList<>();
            List<OperatorCase> cases = OperatorCases.of(operator);
            cases.forEach(call -> checks.add(new FormCheck(call, manager)));
            List<EngineReport.Finding> found = new ArrayList<>();
            for (OperatorForm form : forms.of(operator)) {
                EngineReport.Finding finding = finding(operator, form, checks, cases, manager);
                found.add(finding);
                if (finding.right() && found.size() == 1) {
                    break; // preferred, and right: the others need no look
                }
            }
            checks.forEach(FormCheck::close);
            Optional<EngineReport.Finding> best =
                    found.stream()
                            .filter(EngineReport.Finding::right)
                            .max(Comparator.comparingDouble(EngineReport.Finding::flops));
            for (EngineReport.Finding finding : found) {
                boolean taken = best.isPresent() && best.get().equals(finding);
                findings.add(taken ? chosen(finding) : finding);
                if (taken) {
                    chosen.put(operator, named(operator, finding.form()));
                }
            }
        }
    }

    private EngineReport.Finding finding(
            Operator operator,
            OperatorForm form,
            List<FormCheck> checks,
            List<OperatorCase> cases,
            NDManager manager) {
        Map<Operator, OperatorForm> tried = new EnumMap<>(chosen);
        tried.put(operator, form);
        String library = OperatorLibrary.source(tried);
        FormCheck.Error worst =
                operator == Operator.ADAMW
                        ? OptimizerCheck.error(form, manager)
                        : FormCheck.Error.NONE;
        Optional<OpenMpThreads> threads = OpenMpThreads.loaded();
        for (FormCheck check : checks) {
            worst = worst.worse(check.error(library));
            if (threads.isPresent()) {
                int all = threads.get().get();
                threads.get().set(1);
                try {
                    worst = worst.worse(check.error(library));
                } finally {
                    threads.get().set(all);
                }
            }
        }
        double flops = 0;
        if (worst.distance() <= operator.precision().tolerance()) {
            for (int i = 0; i < cases.size(); i++) {
                if (cases.get(i).multiplications() > 0) {
                    flops =
                            FLOP_PER_MULTIPLICATION
                                    * cases.get(i).multiplications()
                                    / checks.get(i).seconds(library, TIMED);
                }
            }
        }
        return new EngineReport.Finding(
                operator, form.name(), worst.distance(), worst.where(), flops, false);
    }

    private static EngineReport.Finding chosen(EngineReport.Finding finding) {
        return new EngineReport.Finding(
                finding.operator(),
                finding.form(),
                finding.error(),
                finding.where(),
                finding.flops(),
                true);
    }

    private OperatorForm named(Operator operator, String name) {
        return forms.of(operator).stream()
                .filter(form -> form.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
