package io.laptopdiff.messaging.topics;

import io.laptopdiff.contracts.TopicSettings;
import io.laptopdiff.contracts.Topics;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** Makes the missing topics before any channel or fold asks for them. */
@ApplicationScoped
class TopicCreation {
    private static final Logger LOG = Logger.getLogger(TopicCreation.class);
    private static final int ATTEMPT_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 200;

    private final TopicsConfig config;
    private final Map<String, Object> broker;

    TopicCreation(
            TopicsConfig config, @Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.config = config;
        this.broker = broker;
    }

    // Channels are wired at LIBRARY_BEFORE, folds start after that.
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        if (config.create()) {
            create(Topics.all());
        }
    }

    private void create(List<TopicSettings> wanted) {
        long deadline = System.nanoTime() + config.patience().toNanos();
        while (true) {
            try (Admin admin = Admin.create(adminSettings())) {
                createMissing(admin, wanted);
                return;
            } catch (ExecutionException e) {
                if (!passes(e.getCause()) || System.nanoTime() > deadline) {
                    throw unreachable(e.getCause());
                }
                LOG.warnf("waiting for Kafka at=%s why=%s", servers(), e.getCause().getMessage());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unreachable(e);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    /** A broker that has just started is fenced for a while, which looks like too few brokers. */
    private static boolean passes(Throwable cause) {
        return cause instanceof RetriableException
                || cause instanceof InvalidReplicationFactorException;
    }

    private void createMissing(Admin admin, List<TopicSettings> wanted)
            throws ExecutionException, InterruptedException {
        Set<String> there = admin.listTopics().names().get();
        for (TopicSettings topic : wanted) {
            if (!there.contains(topic.name())) {
                create(admin, topic);
            }
        }
    }

    private void create(Admin admin, TopicSettings topic)
            throws ExecutionException, InterruptedException {
        NewTopic wanted =
                new NewTopic(topic.name(), topic.partitions(), config.replicationFactor())
                        .configs(topic.configuration());
        try {
            admin.createTopics(List.of(wanted)).all().get();
            LOG.infof("topic created name=%s partitions=%d", topic.name(), topic.partitions());
        } catch (ExecutionException e) {
            // Another service was quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private Map<String, Object> adminSettings() {
        Map<String, Object> settings = new HashMap<>();
        broker.forEach(
                (name, value) -> {
                    if (AdminClientConfig.configNames().contains(name)) {
                        settings.put(name, value);
                    }
                });
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
        return settings;
    }

    private Object servers() {
        return broker.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    }

    private IllegalStateException unreachable(Throwable cause) {
        return new IllegalStateException(
                "cannot make the topics on Kafka at "
                        + servers()
                        + ": "
                        + cause.getMessage()
                        + "; set KAFKA_BOOTSTRAP_SERVERS to a broker that can be reached, or"
                        + " laptopdiff.topics.create=false where someone else makes the topics",
                cause);
    }
}
