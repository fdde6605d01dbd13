package io.laptopdiff.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom; the rooms are described in docs/architecture.md. */
@AnalyzeClasses(packages = "io.laptopdiff", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

    private static final String[] SERVICES = {
        "io.laptopdiff.layerscoring..",
        "io.laptopdiff.pruningplanner..",
        "io.laptopdiff.distillation..",
        "io.laptopdiff.evaluation..",
        "io.laptopdiff.gateway.."
    };

    private static final String[] FRAMEWORKS = {
        "io.quarkus..", "io.smallrye..", "org.apache.kafka..", "kafka..", "jakarta..", "org.eclipse.microprofile.."
    };

    @ArchTest
    static final ArchRule LIBRARIES_KNOW_NO_FRAMEWORK =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.laptopdiff.contracts..",
                            "io.laptopdiff.artifacts..",
                            "io.laptopdiff.diffusion..",
                            "io.laptopdiff.shapes..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FRAMEWORKS);

    @ArchTest
    static final ArchRule SERVICES_MEET_ONLY_ON_TOPICS =
            slices().matching("io.laptopdiff.(layerscoring|pruningplanner|distillation|evaluation|gateway)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule ONLY_STANDALONE_KNOWS_SERVICES =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(SERVICES)
                    .and()
                    .resideOutsideOfPackage("io.laptopdiff.standalone..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SERVICES);

    @ArchTest
    static final ArchRule DOMAINS_KNOW_NO_FRAMEWORK =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.laptopdiff.layerscoring.scoring..",
                            "io.laptopdiff.pruningplanner.knapsack..",
                            "io.laptopdiff.gateway.status..",
                            "io.laptopdiff.distillation.loss..",
                            "io.laptopdiff.distillation.training..",
                            "io.laptopdiff.evaluation.metrics..",
                            "io.laptopdiff.evaluation.images..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FRAMEWORKS);

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_STANDALONE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.laptopdiff.standalone..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.laptopdiff.standalone..");

    @ArchTest
    static final ArchRule EVERY_ROOM_IS_THERE =
            classes()
                    .that()
                    .resideInAPackage("io.laptopdiff..")
                    .should()
                    .resideInAnyPackage(
                            "io.laptopdiff.contracts..",
                            "io.laptopdiff.artifacts..",
                            "io.laptopdiff.diffusion..",
                            "io.laptopdiff.shapes..",
                            "io.laptopdiff.embeddedkafka..",
                            "io.laptopdiff.messaging..",
                            "io.laptopdiff.layerscoring..",
                            "io.laptopdiff.pruningplanner..",
                            "io.laptopdiff.distillation..",
                            "io.laptopdiff.evaluation..",
                            "io.laptopdiff.gateway..",
                            "io.laptopdiff.standalone..");
}
