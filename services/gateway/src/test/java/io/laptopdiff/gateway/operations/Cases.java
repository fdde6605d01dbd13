package io.laptopdiff.gateway.operations;

import static io.laptopdiff.gateway.operations.Ask.delete;
import static io.laptopdiff.gateway.operations.Ask.get;
import static io.laptopdiff.gateway.operations.Ask.head;
import static io.laptopdiff.gateway.operations.Ask.post;

import io.laptopdiff.gateway.SmallMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A request for every answer of every operation; {@link Situation} has the runs they speak of. */
final class Cases {
    private static final String RUNS = "/api/v1/runs";
    private static final String ORDER =
            """
            {"teacher": ".", "calibration": {"dataset": "."}, "variants": [{"ratio": 0.5, "name": "NAME"}],
             "distillation": {"dataset": "."}, "evaluation": {"scorer": ".", "dataset": "."}}
            """;

    private final Situation runs;
    private final List<Case> cases = new ArrayList<>();

    private Cases(Situation runs) {
        this.runs = runs;
    }

    static List<Case> all(Situation runs) {
        Cases all = new Cases(runs);
        all.asking();
        all.reading();
        all.files();
        all.others();
        return all.cases;
    }

    static String order() {
        return ORDER.replace("NAME", "half");
    }

    private void asking() {
        Ask ask = post(RUNS);
        add("requestRun", 200, post(RUNS + "?dryRun=true").body(order()));
        add("requestRun", 202, ask.body(order()));
        add("requestRun", 400, ask.body("{"));
        add("requestRun", 409, ask.body(named(runs.requested())));
        add("requestRun", 410, ask.body(named(runs.gone())));
        add("requestRun", 413, ask.body(" ".repeat((1 << 20) + 1)));
        add("requestRun", 415, new Ask("POST", RUNS, List.of("Content-Type", "text/plain"), "x"));
        add("requestRun", 422, ask.body(ORDER.replace("NAME", SmallMachine.TOO_LARGE)));
        add("requestRun", 503, ask.body(order()));
        add("cancelRun", 202, post(RUNS + "/" + runs.toCancel() + "/cancel"));
        add("cancelRun", 409, post(RUNS + "/" + runs.done() + "/cancel"));
        ofNone("cancelRun", run -> post(run + "/cancel"));
        String failed = RUNS + "/" + runs.failed() + "/variants/";
        add("retryVariant", 202, post(failed + "half/retry"));
        add("retryVariant", 400, post(failed + "half/retry").with("Idempotency-Key", "a b"));
        add("retryVariant", 409, post(RUNS + "/" + runs.done() + "/variants/half/retry"));
        add("retryVariant", 422, post(failed + SmallMachine.TOO_LARGE + "/retry"));
        ofNone("retryVariant", run -> post(run + "/variants/half/retry"));
        add("deleteRun", 204, delete(RUNS + "/" + runs.toDelete()));
        add("deleteRun", 409, delete(RUNS + "/" + runs.requested()));
        ofNone("deleteRun", Ask::delete);
    }

    private void reading() {
        String done = RUNS + "/" + runs.done();
        add("listRuns", 200, get(RUNS));
        add("listRuns", 400, get(RUNS + "?limit=0"));
        add("listRuns", 503, get(RUNS));
        add("getRun", 200, get(done));
        ofNone("getRun", Ask::get);
        add("getHistory", 200, get(done + "/variants/half/history"));
        ofNone("getHistory", run -> get(run + "/variants/half/history"));
        add("streamRunEvents", 200, get(done + "/events"));
        add("streamRunEvents", 400, get(done + "/events").with("Last-Event-ID", "nonsense"));
        ofNone("streamRunEvents", run -> get(run + "/events"));
        add("streamEvents", 200, get("/api/v1/events"));
        add("streamEvents", 400, get("/api/v1/events?status=maybe"));
        add("streamEvents", 503, get("/api/v1/events"));
        String both = "?variant=" + runs.done() + "/half&variant=" + runs.done() + "/hand";
        add("compareVariants", 200, get("/api/v1/compare" + both));
        add("compareVariants", 400, get("/api/v1/compare"));
        ofNone(
                "compareVariants",
                run -> {
                    String variant = "variant=" + run.substring(RUNS.length() + 1) + "/half";
                    return get("/api/v1/compare?" + variant + "&" + variant);
                });
    }

    private void files() {
        for (String part : List.of("artifacts", "archive", "scores", "unet", "report")) {
            file(part);
        }
        file("additivity");
        file("frontier");
        String file = RUNS + "/" + runs.done() + "/artifacts/half/student/w.bin";
        add("getArtifact", 200, get(file));
        add("getArtifact", 206, get(file).with("Range", "bytes=1-2"));
        add("getArtifact", 304, get(file).with("If-None-Match", "*"));
        add("getArtifact", 416, get(file).with("Range", "bytes=1000-"));
        ofNone("getArtifact", run -> get(run + "/artifacts/half/student/w.bin"));
        add("headArtifact", 200, head(file));
        ofNone("headArtifact", run -> head(run + "/artifacts/half/student/w.bin"));
    }

    private void file(String part) {
        String operation =
                (part.equals("artifacts") ? "list" : "get")
                        + part.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                        + part.substring(1);
        add(operation, 200, get(RUNS + "/" + runs.done() + "/" + part));
        ofNone(operation, run -> get(run + "/" + part));
    }

    private void others() {
        add("listModels", 200, get("/api/v1/models"));
        add("listPresets", 200, get("/api/v1/presets"));
        add("getDoctor", 200, get("/api/v1/doctor"));
    }

    /** What is answered wherever a run is named that cannot be had. */
    private void ofNone(String operation, Function<String, Ask> ask) {
        add(operation, 404, ask.apply(RUNS + "/nobody"));
        add(operation, 410, ask.apply(RUNS + "/" + runs.gone()));
        add(operation, 503, ask.apply(RUNS + "/" + runs.done()));
    }

    private static String named(String runId) {
        return order().replaceFirst("\\{", "{\"runId\": \"" + runId + "\", ");
    }

    private void add(String operation, int status, Ask ask) {
        cases.add(new Case(operation, status, ask));
    }
}
