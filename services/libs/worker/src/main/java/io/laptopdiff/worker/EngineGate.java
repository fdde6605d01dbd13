package io.laptopdiff.worker;

import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.engine.EngineReport;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.PausableChannel;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.jboss.logging.Logger;

/**
 * Lets jobs in once the engine was found right. Until then the channels that bring them are not
 * subscribed, so that their consumers are in no group and another replica has the partitions.
 */
@ApplicationScoped
public class EngineGate {
    private static final Logger LOG = Logger.getLogger(EngineGate.class);

    private final ChannelRegistry channels;
    private final String device;
    private volatile EngineState state = new EngineState.Unchecked();

    EngineGate(
            ChannelRegistry channels,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        this.channels = channels;
        this.device = device;
    }

    /** The channels are wired before, at a higher priority. */
    void onStart(@Observes StartupEvent start) {
        Thread thread = new Thread(this::check, "engine-gate");
        thread.setDaemon(true);
        thread.start();
    }

    private void check() {
        state = found();
        if (state instanceof EngineState.Unusable unusable) {
            LOG.errorf("no job is taken, for the engine cannot be used why=%s", unusable.reason());
        } else {
            channels.getIncomingNames().stream()
                    .map(channels::getPausable)
                    .filter(Objects::nonNull)
                    .forEach(PausableChannel::resume);
        }
    }

    private EngineState found() {
        try {
            EngineReport report = CheckedOperators.report();
            Devices devices = Devices.of(device);
            devices.all(); // a GPU that is not there shows here
            return report.problem()
                    .<EngineState>map(problem -> new EngineState.Unusable(problem.getMessage()))
                    .orElseGet(() -> new EngineState.Right(report, devices));
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("engine not checked", e);
            return new EngineState.Unusable(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /**
     * How a service's engine is.
     *
     * @param name of the check
     * @param used names those of the configured devices that the service computes on
     */
    public HealthCheckResponse health(String name, Function<Devices, String> used) {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named(name);
        state.tell(answer, used);
        return answer.build();
    }
}
