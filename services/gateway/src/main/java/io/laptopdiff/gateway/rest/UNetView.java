package io.laptopdiff.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A U-Net as it is drawn: its removable units by place. */
record UNetView(List<UnitView> units) {

    private static final Pattern STAGE = Pattern.compile("(down|up)_blocks\\.(\\d+)\\..*");

    /**
     * One unit.
     *
     * @param unit diffusers module path
     * @param kind resnet or transformer
     * @param place down, mid or up
     * @param stage index of its block; 0 for mid
     * @param resolution how many times smaller than the latent its input is: 1, 2, 4 or 8
     */
    record UnitView(
            String unit, String kind, String place, int stage, int resolution, long parameters) {}

    /** Makes the view from the names in a run's scores.json, which are in execution order. */
    static UNetView of(Path scores) {
        JsonNode units;
        try {
            units = Json.parse(Files.readAllBytes(scores)).path("units");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + scores, e);
        }
        int stages = 1;
        for (JsonNode unit : units) {
            stages = Math.max(stages, stage(unit.path("unit").asText()) + 1);
        }
        List<UnitView> views = new ArrayList<>();
        for (JsonNode unit : units) {
            String path = unit.path("unit").asText();
            String place = path.startsWith("down") ? "down" : path.startsWith("up") ? "up" : "mid";
            int stage = stage(path);
            int halvings =
                    place.equals("down")
                            ? stage
                            : place.equals("up") ? stages - 1 - stage : stages - 1;
            views.add(
                    new UnitView(
                            path,
                            unit.path("kind").asText(),
                            place,
                            stage,
                            1 << halvings,
                            unit.path("parameters").asLong()));
        }
        return new UNetView(views);
    }

    private static int stage(String unit) {
        Matcher matcher = STAGE.matcher(unit);
        return matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    }
}
