package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.gateway.runs.RunStatuses;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jboss.logging.Logger;

/** The run-status topic as a table. */
@ApplicationScoped
class RunStatusView implements RunStatuses {
    private static final Logger LOG = Logger.getLogger(RunStatusView.class);

    private final KafkaStreams streams;
    private final CaughtUp caughtUp;

    RunStatusView(KafkaStreams streams, CaughtUp caughtUp) {
        this.streams = streams;
        this.caughtUp = caughtUp;
    }

    @Override
    public Optional<RunStatus> find(String runId) {
        return read(runId, inStore(store -> store.get(runId)));
    }

    @Override
    public List<RunStatus> all() {
        return inStore(
                store -> {
                    List<RunStatus> all = new ArrayList<>();
                    try (KeyValueIterator<String, byte[]> entries = store.all()) {
                        entries.forEachRemaining(
                                entry -> read(entry.key, entry.value).ifPresent(all::add));
                    }
                    return all;
                });
    }

    @Override
    public boolean ready() {
        return caughtUp.isReady(streams.state());
    }

    private <T> T inStore(Function<ReadOnlyKeyValueStore<String, byte[]>, T> question) {
        try {
            return question.apply(
                    streams.store(
                            StoreQueryParameters.fromNameAndType(
                                    RunStatusTopology.STATUS_STORE,
                                    QueryableStoreTypes.keyValueStore())));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            // the latter once the streams have ended, by a failure or while the gateway stops
            throw new NotReadyException("the run status is " + streams.state(), e);
        }
    }

    private static Optional<RunStatus> read(String runId, byte[] json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageJson.read(json, RunStatus.class));
        } catch (InvalidMessageException e) {
            LOG.warnf("unreadable status ignored runId=%s reason=%s", runId, e.getMessage());
            return Optional.empty();
        }
    }
}
