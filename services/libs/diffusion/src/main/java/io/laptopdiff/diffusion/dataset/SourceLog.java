package io.laptopdiff.diffusion.dataset;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what of a data set is not used; whoever encodes the images names each of them. */
final class SourceLog {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLog.class);

    private SourceLog() {}

    /** Tells the log what of a source is not used, and returns the same source. */
    static <T extends ImageSource> T told(T source) {
        if (!source.leftOut().isEmpty()) {
            LOG.warn(
                    "images left out of data set={} used={} leftOut={} first={}",
                    source.location(),
                    source.size(),
                    source.leftOut().stream()
                            .collect(
                                    groupingBy(
                                            image -> image.reason().text(),
                                            TreeMap::new,
                                            counting())),
                    source.leftOut().get(0));
        }
        if (source.others().count() > 0) {
            LOG.info(
                    "files that are no part of data set={} count={} first={}",
                    source.location(),
                    source.others().count(),
                    source.others().first());
        }
        return source;
    }
}
