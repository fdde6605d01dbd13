package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

    private static Gaussian gaussian(double[] mean, double[]... covariance) {
        return new Gaussian(mean, new DMatrixRMaj(covariance));
    }

    private static float[][] random(int count, int width, long seed) {
        Random random = new Random(seed);
        float[][] features = new float[count][width];
        for (float[] vector : features) {
            for (int i = 0; i < width; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return features;
    }

    /** factor * x + shift in every coordinate. */
    private static float[][] moved(float[][] features, float factor, float shift) {
        float[][] moved = new float[features.length][];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = features[i].clone();
            for (int j = 0; j < moved[i].length; j++) {
                moved[i][j] = factor * moved[i][j] + shift;
            }
        }
        return moved;
    }

    @Test
    void shouldFitMeanAndUnbiasedCovariance() {
        Gaussian fit = Gaussian.of(new float[][] {{1, 2}, {3, 2}, {5, 8}});

        assertThat(fit.mean()).containsExactly(3, 4);
        // by hand: squares 4 + 0 + 4, products 4 + 0 + 8, squares 4 + 4 + 16, each divided by 2
        assertThat(fit.covariance().data).containsExactly(4, 6, 6, 12);
    }

    @Test
    void shouldBeZeroForTheSameGaussian() {
        Gaussian same = Gaussian.of(random(200, 12, 1));

        assertThat(FrechetDistance.between(same, same)).isCloseTo(0, within(1e-9));
    }

    @Test
    void shouldBeTheSquareOfAShift() {
        Gaussian here = gaussian(new double[] {0, 0}, new double[] {2, 1}, new double[] {1, 3});
        Gaussian there = gaussian(new double[] {3, 4}, new double[] {2, 1}, new double[] {1, 3});

        assertThat(FrechetDistance.between(here, there)).isCloseTo(25, within(1e-9));
    }

    @Test
    void shouldSumSquaredDifferencesOfDeviationsWhereCovariancesAreDiagonal() {
        Gaussian a = gaussian(new double[] {0, 0}, new double[] {9, 0}, new double[] {0, 1});
        Gaussian b = gaussian(new double[] {0, 0}, new double[] {4, 0}, new double[] {0, 25});

        // (3 - 2)^2 + (1 - 5)^2
        assertThat(FrechetDistance.between(a, b)).isCloseTo(17, within(1e-9));
    }

    @Test
    void shouldAgreeWithTheClosedFormOfTwoDimensionsWhereCovariancesDoNotCommute() {
        Gaussian a = gaussian(new double[] {0, 0}, new double[] {2, 1}, new double[] {1, 2});
        Gaussian b = gaussian(new double[] {0, 0}, new double[] {5, 0}, new double[] {0, 1});

        // tr(AB) = 12, det(AB) = 3 * 5; the roots of two eigenvalues sum to sqrt(tr + 2 sqrt(det))
        double expected = 4 + 6 - 2 * Math.sqrt(12 + 2 * Math.sqrt(15));
        assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(1e-9));
        assertThat(FrechetDistance.between(b, a)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void shouldAgreeWithTheClosedFormOfRankOne() {
        // Covariances aa' and bb' with a = (1, 2, 2) and b = (4, 0, 3): tr sqrt(aa'bb') = |a . b| =
        // 10
        Gaussian a = Gaussian.of(pair(1, 2, 2));
        Gaussian b = Gaussian.of(pair(4, 0, 3));

        assertThat(FrechetDistance.between(a, b)).isCloseTo(9 + 25 - 2 * 10, within(1e-6));
    }

    /** Two vectors around 0 whose unbiased covariance is the outer product of the given one. */
    private static float[][] pair(double... vector) {
        float[][] pair = new float[2][vector.length];
        for (int i = 0; i < vector.length; i++) {
            pair[0][i] = (float) (vector[i] / Math.sqrt(2));
            pair[1][i] = -pair[0][i];
        }
        return pair;
    }

    @Test
    void shouldStayExactWithFewerSamplesThanDimensions() {
        float[][] few = random(8, 64, 2);
        Gaussian fit = Gaussian.of(few);
        double trace = CommonOps_DDRM.trace(fit.covariance());

        // Twice the deviation in every direction: tr S + 4 tr S - 2 * 2 tr S, and the means move
        // apart by themselves.
        Gaussian wide = Gaussian.of(moved(few, 2, 0));
        double means = 0;
        for (double m : fit.mean()) {
            means += m * m;
        }
        assertThat(FrechetDistance.between(fit, wide))
                .isCloseTo(trace + means, within(1e-5 * trace));
        assertThat(FrechetDistance.between(fit, fit)).isCloseTo(0, within(1e-5 * trace));
        Gaussian shifted = Gaussian.of(moved(few, 1, 0.5f));
        assertThat(FrechetDistance.between(fit, shifted)).isCloseTo(64 * 0.25, within(1e-4));
    }

    @Test
    void shouldMeasureToImagesThatAreAllAlike() {
        float[][] alike = new float[5][3];
        Gaussian point = Gaussian.of(alike);
        Gaussian spread =
                gaussian(
                        new double[] {1, 0, 0},
                        new double[] {2, 0, 0},
                        new double[] {0, 3, 0},
                        new double[] {0, 0, 4});

        // the transport of everything to one point: |m|^2 + tr S
        assertThat(FrechetDistance.between(point, spread)).isCloseTo(1 + 9, within(1e-9));
    }

    @Test
    void shouldRefuseWhatHasNoCovariance() {
        assertThatThrownBy(() -> Gaussian.of(new float[][] {{1, 2}}))
                .hasMessageContaining("at least 2");
        assertThatThrownBy(() -> Gaussian.of(new float[][] {{1, 2}, {1, Float.NaN}}))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> Gaussian.of(new float[][] {{1, 2}, {1}}))
                .hasMessageContaining("1 numbers");
        Gaussian two = Gaussian.of(random(3, 2, 3));
        Gaussian three = Gaussian.of(random(3, 3, 3));
        assertThatThrownBy(() -> FrechetDistance.between(two, three))
                .hasMessageContaining("2 and 3 dimensions");
    }
}
