package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.diffusion.engine.Processor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor in the system's words; what it does not tell is an empty text.
 *
 * @param model its name
 * @param vendor e.g. {@code AuthenticAMD}
 * @param family its number
 * @param number of the model within the family
 * @param stepping its number
 * @param processors that this process may use
 * @param instructionSets that decide how fast PyTorch multiplies
 * @param caches sizes by level and kind, such as {@code L2 Unified: 1024K}; none where the
 *     processor reports none
 */
public record ProcessorFacts(
        String model,
        String vendor,
        String family,
        String number,
        String stepping,
        int processors,
        List<String> instructionSets,
        Map<String, String> caches) {

    public ProcessorFacts {
        instructionSets = List.copyOf(instructionSets);
        caches = Collections.unmodifiableMap(new LinkedHashMap<>(caches));
    }

    static ProcessorFacts here() {
        Processor processor = Processor.here();
        return new ProcessorFacts(
                processor.model(),
                processor.vendor(),
                processor.family(),
                processor.number(),
                processor.stepping(),
                Runtime.getRuntime().availableProcessors(),
                processor.instructionSets(),
                processor.caches());
    }

    String text() {
        return "%s, %s family %s model %s stepping %s, %d for this process"
                .formatted(model, vendor, family, number, stepping, processors);
    }

    String cachesText() {
        return caches.isEmpty()
                ? "none reported"
                : String.join(
                        ", ",
                        caches.entrySet().stream()
                                .map(cache -> cache.getKey() + " " + cache.getValue())
                                .toList());
    }
}
