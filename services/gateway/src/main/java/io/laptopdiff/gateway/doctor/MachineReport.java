package io.laptopdiff.gateway.doctor;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.doctor.Doctor;
import io.laptopdiff.diffusion.doctor.DoctorReport;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Looks at the machine and the process that this gateway runs in. */
@Singleton
public class MachineReport {
    private final String version;
    private final ArtifactStore store;
    private final String folds;
    private final Instance<OwnEngine> engine;

    MachineReport(
            @ConfigProperty(name = "quarkus.application.version") String version,
            ArtifactStore store,
            @ConfigProperty(
                            name = "kafka-streams.state.dir",
                            defaultValue = "${java.io.tmpdir}/kafka-streams")
                    String folds,
            @Any Instance<OwnEngine> engine) {
        this.version = version;
        this.store = store;
        this.folds = folds;
        this.engine = engine;
    }

    /**
     * Reports on the machine as it is now; the ports are those that this process listens at
     * already.
     */
    public DoctorReport now() {
        Doctor doctor =
                new Doctor(version, Clock.systemUTC())
                        .directory("artifacts", store.root())
                        .directory("folds", Path.of(folds));
        if (engine.isResolvable()) {
            doctor.engine(engine.get()::facts);
        } else {
            doctor.withoutEngine(
                    "none: this gateway computes nothing; ask /q/health/ready of layer-scoring, distillation and evaluation,"
                            + " or `laptop-diff doctor` on their machines");
        }
        return doctor.examine();
    }
}
