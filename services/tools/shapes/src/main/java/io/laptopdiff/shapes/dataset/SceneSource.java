package io.laptopdiff.shapes.dataset;

import java.util.List;
import java.util.Optional;

/** Draws scenes at random. */
final class SceneSource {

    /** Share of scenes with two figures. */
    private static final double TWO_FIGURES = 0.5;

    private SceneSource() {}

    static Scene next(RandomStream random, Split split) {
        while (true) {
            Scene scene = any(random);
            if (split.owns(scene.caption())) {
                return scene;
            }
        }
    }

    private static Scene any(RandomStream random) {
        Colour background = random.pick(Colour.FOR_BACKGROUNDS);
        List<Colour> paints =
                Colour.FOR_SHAPES.stream().filter(colour -> colour != background).toList();
        Figure first = figure(random, paints);
        if (random.nextDouble() >= TWO_FIGURES) {
            return new Scene(first, Optional.empty(), background);
        }
        Relation relation = random.pick(List.of(Relation.values()));
        Figure second = figure(random, paints);
        return new Scene(first, Optional.of(new Scene.Second(relation, second)), background);
    }

    private static Figure figure(RandomStream random, List<Colour> paints) {
        return new Figure(
                random.pick(List.of(Size.values())),
                random.pick(paints),
                random.pick(List.of(Kind.values())));
    }
}
