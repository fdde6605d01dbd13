package io.laptopdiff.standalone.command;

import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a run is met: in this process's own house, or on a gateway. */
final class PlaceOptions {

    @Mixin private HouseOptions house;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "A running gateway instead of this process.")
    private URI gateway;

    /** Null for this process's own. */
    URI gateway() {
        return gateway;
    }

    HouseOptions house() {
        return house;
    }
}
