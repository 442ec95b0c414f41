package dev.millrace.engine.layering;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The packages of a module, each a slice. An {@code internal} package is one with the package that it belongs to. */
public final class PackagesOfAModule implements SliceAssignment {
    private final String prefix;

    private PackagesOfAModule(String module) {
        prefix = "dev.millrace." + module;
    }

    public static ArchRule haveNoCycles(String module) {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new PackagesOfAModule(module))
                .should()
                .beFreeOfCycles();
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
