package dev.millrace.engine.layering;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/**
 * The packages of a module, each a slice. A package that is called {@code internal} is one with the package around it.
 *
 * <p>What users see may call what implements it, and that knows the types that users see: such an edge from the outside to
 * the inside closes no cycle.
 */
public final class PackagesOfAModule implements SliceAssignment {
    private final String prefix;

    private PackagesOfAModule(String module) {
        prefix = "dev.millrace." + module;
    }

    public static ArchRule haveNoCycles(String module) {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new PackagesOfAModule(module))
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideOutsideOfPackage("..internal.."), resideInAPackage("..internal.."));
    }

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        if (!(name + ".").startsWith(prefix + ".")) {
            return SliceIdentifier.ignore();
        }
        return SliceIdentifier.of(name.endsWith(".internal") ? name.substring(0, name.lastIndexOf('.')) : name);
    }

    @Override
    public String getDescription() {
        return "packages of " + prefix;
    }
}
