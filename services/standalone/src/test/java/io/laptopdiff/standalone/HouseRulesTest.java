package io.laptopdiff.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may import whom; the rooms are described in docs/architecture.md. */
class HouseRulesTest {

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.laptopdiff");

    private static final String[] SERVICES = {
        "io.laptopdiff.layerscoring..",
        "io.laptopdiff.pruningplanner..",
        "io.laptopdiff.distillation..",
        "io.laptopdiff.evaluation..",
        "io.laptopdiff.gateway.."
    };

    private static final String[] FRAMEWORKS = {
        "io.quarkus..",
        "io.smallrye..",
        "org.apache.kafka..",
        "kafka..",
        "jakarta..",
        "org.eclipse.microprofile.."
    };

    @Test
    void shouldKeepLibrariesFreeOfFrameworks() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.laptopdiff.common..",
                                "io.laptopdiff.contracts..",
                                "io.laptopdiff.artifacts..",
                                "io.laptopdiff.diffusion..",
                                "io.laptopdiff.shapes..",
                                "io.laptopdiff.experiments..",
                                "io.laptopdiff.estimation..",
                                "io.laptopdiff.reports..",
                                "io.laptopdiff.benchmarks..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(FRAMEWORKS);
        rule.check(HOUSE);
    }

    @Test
    void shouldLetServicesMeetOnlyOnTopics() {
        ArchRule rule =
                slices().matching(
                                "io.laptopdiff.(layerscoring|pruningplanner|distillation|evaluation|gateway)..")
                        .should()
                        .notDependOnEachOther();
        rule.check(HOUSE);
    }

    @Test
    void shouldLetOnlyStandaloneAndBenchmarksKnowServices() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackages(SERVICES)
                        .and()
                        .resideOutsideOfPackages(
                                "io.laptopdiff.standalone..", "io.laptopdiff.benchmarks..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(SERVICES);
        rule.check(HOUSE);
    }

    @Test
    void shouldKeepDomainsFreeOfFrameworks() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.laptopdiff.layerscoring.scoring..",
                                "io.laptopdiff.pruningplanner.knapsack..",
                                "io.laptopdiff.gateway.status..",
                                "io.laptopdiff.distillation.loss..",
                                "io.laptopdiff.distillation.training..",
                                "io.laptopdiff.distillation.dataset..",
                                "io.laptopdiff.distillation.checkpoints..",
                                "io.laptopdiff.evaluation.metrics..",
                                "io.laptopdiff.evaluation.images..",
                                "io.laptopdiff.evaluation.comparison..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(FRAMEWORKS);
        rule.check(HOUSE);
    }

    @Test
    void shouldLetNobodyImportStandalone() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.laptopdiff.standalone..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.laptopdiff.standalone..");
        rule.check(HOUSE);
    }

    @Test
    void shouldHaveNoOtherRooms() {
        ArchRule rule =
                classes()
                        .that()
                        .resideInAPackage("io.laptopdiff..")
                        .should()
                        .resideInAnyPackage(
                                "io.laptopdiff.common..",
                                "io.laptopdiff.contracts..",
                                "io.laptopdiff.artifacts..",
                                "io.laptopdiff.diffusion..",
                                "io.laptopdiff.shapes..",
                                "io.laptopdiff.experiments..",
                                "io.laptopdiff.estimation..",
                                "io.laptopdiff.reports..",
                                "io.laptopdiff.benchmarks..",
                                "io.laptopdiff.embeddedkafka..",
                                "io.laptopdiff.messaging..",
                                "io.laptopdiff.worker..",
                                "io.laptopdiff.layerscoring..",
                                "io.laptopdiff.pruningplanner..",
                                "io.laptopdiff.distillation..",
                                "io.laptopdiff.evaluation..",
                                "io.laptopdiff.gateway..",
                                "io.laptopdiff.standalone..");
        rule.check(HOUSE);
    }

    /** An import of nothing would make every rule true. */
    @Test
    void shouldSeeTheWholeHouse() {
        for (String service : SERVICES) {
            String name = service.replace("..", "");
            assertThat(HOUSE.stream().filter(type -> type.getPackageName().startsWith(name)))
                    .as(name)
                    .isNotEmpty();
        }
        assertThat(HOUSE.contain("io.laptopdiff.diffusion.unet.UNet2DConditionModel")).isTrue();
        assertThat(HOUSE.contain("io.laptopdiff.contracts.RunRequested")).isTrue();
    }
}
