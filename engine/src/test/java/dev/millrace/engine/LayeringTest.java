package dev.millrace.engine;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.layering.InternalTypesStayInside;
import dev.millrace.engine.layering.PackagesOfAModule;
import dev.millrace.engine.layering.fixture.Leaking;
import java.io.ObjectInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds the layers up: every module below the engine is on its class path. */
class LayeringTest {
    private static final List<String> MODULES = List.of("numa", "allocator", "serde", "state", "engine");
    /** Runs in builds only: neither below nor above anyone. */
    private static final String PROTOC = "dev.millrace.protoc";

    /** The classes of the modules, without tests: not those of this module, nor those in the test jars of others. */
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.millrace");

    @Test
    void seesTheCodeOfEveryModule() {
        for (String module : MODULES) {
            assertTrue(
                    CODE.stream().anyMatch(each -> each.getPackageName().startsWith("dev.millrace." + module)),
                    () -> "no class found: module=" + module);
        }
        assertFalse(CODE.contain(LayeringTest.class), "tests must not be held to the rules of the code");
    }

    @Test
    void aModuleKnowsOnlyTheLayersBelow() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String module : MODULES) {
            layers = layers.layer(module).definedBy("dev.millrace." + module + "..");
        }
        for (int i = 0; i < MODULES.size() - 1; i++) {
            String[] above = MODULES.subList(i + 1, MODULES.size()).toArray(String[]::new);
            layers = layers.whereLayer(MODULES.get(i)).mayOnlyBeAccessedByLayers(above);
        }
        layers.whereLayer("engine").mayNotBeAccessedByAnyLayer().check(CODE);
    }

    @Test
    void whatIsStoredKnowsNothingOfNodes() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.millrace.serde..", "dev.millrace.state..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millrace.numa..")
                .check(CODE);
    }

    @Test
    void thePluginOfProtocStandsAlone() {
        assertTrue(
                CODE.stream().anyMatch(each -> each.getPackageName().equals(PROTOC)),
                () -> "no class found: package=" + PROTOC);
        noClasses()
                .that()
                .resideInAPackage(PROTOC + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.millrace..").and(resideOutsideOfPackage(PROTOC + "..")))
                .check(CODE);
        noClasses()
                .that()
                .resideOutsideOfPackage(PROTOC + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROTOC + "..")
                .check(CODE);
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        for (String module : MODULES) {
            PackagesOfAModule.haveNoCycles(module).allowEmptyShould(true).check(CODE);
        }
    }

    @Test
    void internalPackagesAreUsedByTheirOwnModuleOnly() {
        for (String module : MODULES) {
            classes()
                    .that()
                    .resideInAPackage("dev.millrace." + module + "..internal..")
                    .should()
                    .onlyBeAccessed()
                    .byAnyPackage("dev.millrace." + module + "..")
                    .allowEmptyShould(true)
                    .check(CODE);
        }
    }

    @Test
    void noPublicSignatureNamesAnInternalType() {
        classes()
                .that()
                .resideOutsideOfPackage("..internal..")
                .should(new InternalTypesStayInside())
                .check(CODE);
    }

    @Test
    void aLeakedInternalTypeWouldBeFound() {
        ArchRule rule = classes().should(new InternalTypesStayInside());
        JavaClasses leaking = new ClassFileImporter().importClasses(Leaking.class);
        assertTrue(rule.evaluate(leaking).hasViolation());
        assertTrue(
                rule.evaluate(leaking).getFailureReport().getDetails().size() == 4,
                () -> "one for each way to leak: " + rule.evaluate(leaking).getFailureReport());
    }

    @Test
    void nobodyReadsSerializedObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(CODE);
    }

    @Test
    void rawMemoryHasOneDoor() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.millrace.allocator.UnsafeMemory")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..", "java.lang.foreign..")
                .check(CODE);
        classes()
                .that()
                .haveFullyQualifiedName("dev.millrace.allocator.UnsafeMemory")
                .should()
                .onlyBeAccessed()
                .byClassesThat()
                .haveNameMatching("dev\\.millrace\\.allocator\\.(Unsafe)?Memory")
                .check(CODE);
    }

    @Test
    void theDoorOfNewerJvmsIsTheOnlyOneOfItsKind() {
        JavaClasses newer = new ClassFileImporter()
                .withImportOption(location -> location.contains("META-INF/versions/"))
                .importUrl(Memory.class.getProtectionDomain().getCodeSource().getLocation());
        assumeFalse(newer.isEmpty(), "SKIPPED: the jar has no part for newer JVMs");
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.millrace.allocator.Memory")
                .and()
                .doNotHaveFullyQualifiedName("dev.millrace.allocator.NativeHeap")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.foreign..")
                .allowEmptyShould(true)
                .check(newer);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..")
                .check(newer);
    }

    @Test
    void noPropertyOrVariableOfTheProcessChangesBehaviour() {
        neverCalls(System.class, "getProperty|getProperties|getenv");
        neverCalls(Boolean.class, "getBoolean");
        neverCalls(Integer.class, "getInteger");
        neverCalls(Long.class, "getLong");
    }

    private static void neverCalls(Class<?> type, String methods) {
        noClasses()
                .should(callMethodWhere(
                        target(owner(JavaClass.Predicates.type(type))).and(target(nameMatching(methods)))))
                .check(CODE);
    }
}
