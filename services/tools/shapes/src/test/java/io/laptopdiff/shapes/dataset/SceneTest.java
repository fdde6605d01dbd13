package io.laptopdiff.shapes.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SceneTest {

    private static final Figure STAR = new Figure(Size.LARGE, Colour.GREEN, Kind.STAR);
    private static final Figure SQUARE = new Figure(Size.SMALL, Colour.YELLOW, Kind.SQUARE);

    @Test
    void shouldNameOneFigure() {
        Scene scene = new Scene(STAR, Optional.empty(), Colour.GRAY);

        assertThat(scene.caption()).isEqualTo("a large green star on a gray background");
    }

    @Test
    void shouldNameTwoFiguresAndHowTheyLie() {
        Scene scene =
                new Scene(
                        STAR, Optional.of(new Scene.Second(Relation.LEFT_OF, SQUARE)), Colour.GRAY);

        assertThat(scene.caption())
                .isEqualTo("a large green star left of a small yellow square on a gray background");
    }

    @Test
    void shouldRefuseABackgroundThatHidesAFigure() {
        Optional<Scene.Second> square = Optional.of(new Scene.Second(Relation.ABOVE, SQUARE));

        assertThatThrownBy(() -> new Scene(STAR, square, Colour.YELLOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("background = YELLOW");
    }
}
