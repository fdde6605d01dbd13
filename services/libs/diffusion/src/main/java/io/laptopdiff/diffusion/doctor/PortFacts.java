package io.laptopdiff.diffusion.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A port of this machine that something will listen at.
 *
 * @param use what will
 * @param port its number; 0 stands for any free one
 * @param option that chooses another
 * @param free whether nobody listens there now
 */
public record PortFacts(String use, int port, String option, boolean free) {

    /** Tries to listen at the port. */
    public static PortFacts of(String use, int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // or connections that just ended would count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return new PortFacts(use, port, option, true);
        } catch (IOException e) {
            return new PortFacts(use, port, option, false);
        }
    }

    String text() {
        return "%s: %s, %s"
                .formatted(
                        use, port == 0 ? "any" : Integer.toString(port), free ? "free" : "taken");
    }
}
