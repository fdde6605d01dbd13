package io.laptopdiff.diffusion.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.common.Explained;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesTest {

    private static Devices on(int gpus, String setting) {
        return Devices.of(setting, () -> gpus);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 | auto        | cpu",
                "2 | auto        | gpu0",
                "2 | cpu         | cpu",
                "2 | gpu:1       | gpu1",
                "3 | all         | gpu0+gpu1+gpu2",
                "3 | gpu:2,gpu:0 | gpu2+gpu0",
                "3 | GPU:2, CPU  | gpu2+cpu",
                "0 | cpu,cpu     | cpu+cpu",
            })
    void shouldTakeTheDevicesThatAreNamed(int gpus, String setting, String expected) {
        assertThat(on(gpus, setting)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1 | cuda       | 'cuda' is no device             | auto, cpu, gpu:N, all",
                "1 | gpu        | 'gpu' is no device              | auto, cpu, gpu:N, all",
                "1 | gpu:-1     | 'gpu:-1' is no device           | auto, cpu, gpu:N, all",
                "1 | gpu:0,     | '' is no device                 | auto, cpu, gpu:N, all",
                "1 | gpu:0,all  | 'all' is no device              | auto, cpu, gpu:N, all",
                "0 | gpu:0      | There is no GPU 0: the engine sees none | docs/guides/devices.md",
                "2 | cpu,gpu:2  | There is no GPU 2: the engine sees 2, from gpu:0 to gpu:1 | or all",
                "0 | all        | the engine sees none            | docs/guides/devices.md",
            })
    void shouldRefuseWhatIsNotThere(int gpus, String setting, String what, String howToFix) {
        assertThatThrownBy(() -> on(gpus, setting))
                .isInstanceOf(DeviceException.class)
                .asInstanceOf(type(Explained.class))
                .satisfies(
                        told -> {
                            assertThat(told.what()).contains(what);
                            assertThat(told.where()).isEqualTo("laptopdiff.device = " + setting);
                            assertThat(told.howToFix()).contains(howToFix);
                        });
    }

    @Test
    void shouldNotAskTheEngineBeforeADeviceIsNeeded() {
        for (String setting : List.of("auto", "cpu")) {
            Devices.of(
                            setting,
                            () -> {
                                throw new AssertionError("the engine was asked");
                            })
                    .onlyFirst("nothing");
        }
    }

    @Test
    void shouldLeaveOneDeviceToWorkThatIsSpreadOverReplicas() {
        assertThat(on(3, "all").onlyFirst("scoring").all()).containsExactly(Device.gpu(0));
        assertThat(on(3, "gpu:2").onlyFirst("scoring").all()).containsExactly(Device.gpu(2));
    }

    @Test
    void shouldComputeWhereItIsTold() {
        try (NDManager manager = Devices.of("cpu").newManager()) {
            assertThat(manager.getDevice()).isEqualTo(Device.cpu());
            assertThat(manager.ones(new ai.djl.ndarray.types.Shape(2)).getDevice())
                    .isEqualTo(Device.cpu());
        }
    }
}
