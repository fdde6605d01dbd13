package io.laptopdiff.standalone.follow;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** One connection to a stream of events, read on the client's threads until it breaks or ends. */
final class EventConnection implements Flow.Subscriber<String>, AutoCloseable {

    private static final String MEDIA_TYPE = "text/event-stream";

    private final EventLines lines = new EventLines();
    private final Runnable news;
    private final CompletableFuture<HttpResponse<Void>> answer;

    private volatile String lastId;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean spoke;
    private volatile boolean ended;
    private volatile boolean refused;

    /**
     * Connects to the stream of events.
     *
     * @param lastId what to go on after; empty for the beginning
     * @param news called on another thread when an event came, or the connection is gone
     */
    EventConnection(HttpClient http, URI events, String lastId, Runnable news) {
        this.lastId = lastId;
        this.news = news;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(events)
                        .version(HttpClient.Version.HTTP_1_1) // closing it disturbs no other
                        .header("Accept", MEDIA_TYPE);
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        answer = http.sendAsync(request.build(), body());
        answer.whenComplete((response, failure) -> gone());
    }

    private BodyHandler<Void> body() {
        return response -> {
            boolean stream =
                    response.statusCode() == 200
                            && response.headers()
                                    .firstValue("Content-Type")
                                    .filter(type -> type.startsWith(MEDIA_TYPE))
                                    .isPresent();
            refused = response.statusCode() == 400;
            return stream
                    ? BodySubscribers.fromLineSubscriber(
                            this, subscriber -> null, StandardCharsets.UTF_8, null)
                    : BodySubscribers.replacing(null);
        };
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        lastSign = System.nanoTime();
        boolean first = !spoke;
        spoke = true;
        boolean event = lines.add(line).map(this::took).orElse(false);
        if (!lines.lastId().isEmpty()) {
            lastId = lines.lastId();
        }
        if (event || first) {
            news.run();
        }
    }

    private boolean took(ServerSentEvent event) {
        ended |= event.ends();
        return true;
    }

    /** A refusal tells nothing of the run; what breaks off in the middle may have. */
    private void gone() {
        if (spoke) {
            news.run();
        }
    }

    @Override
    public void onError(Throwable failure) {
        // the answer completes with it
    }

    @Override
    public void onComplete() {
        // the answer completes
    }

    /** Returns whether it carries events, as far as its last sign of life tells. */
    boolean live() {
        return spoke && open();
    }

    /** Returns whether it may still say something. */
    boolean open() {
        return !answer.isDone();
    }

    /** Returns whether nothing came for so long that nobody seems to be there any more. */
    boolean silentFor(Duration time) {
        return System.nanoTime() - lastSign > time.toNanos();
    }

    /** Returns whether the gateway said that the run has ended. */
    boolean ended() {
        return ended;
    }

    /**
     * Returns what to go on after on the next connection; nothing where the gateway knew no such
     * place.
     */
    String lastId() {
        return refused ? "" : lastId;
    }

    @Override
    public void close() {
        answer.cancel(true);
    }
}
