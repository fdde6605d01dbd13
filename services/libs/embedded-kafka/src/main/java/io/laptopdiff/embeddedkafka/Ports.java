package io.laptopdiff.embeddedkafka;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of this machine. */
final class Ports {
    // Below those that the system gives to outgoing connections (32768 and up on Linux), so that
    // none of those takes the port between this look and its use.
    private static final int LEAST = 20_000;
    private static final int MOST = 32_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port found from " + LEAST + " to " + MOST);
    }

    /** Kafka itself would notice only after half of it has started. */
    static void refuseTaken(int port) throws IOException {
        if (port != 0 && !isFree(port)) {
            throw new IOException("port " + port + " is in use; name another, or 0 for a free one");
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (BindException e) {
            return false;
        }
    }
}
