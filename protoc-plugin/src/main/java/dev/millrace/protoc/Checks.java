package dev.millrace.protoc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds what cannot be made into Java before anything is written: names that meet, and messages that {@link Refusals} finds. */
final class Checks {
    private final Problems problems;
    private final Refusals refusals;
    /** The simple names of the types of a package. */
    private final Map<String, Set<String>> namesOfPackages = new HashMap<>();
    /** The same in small letters, each with the type that has it: some file systems do not tell capitals from small letters. */
    private final Map<String, GenericDescriptor> filesTaken = new HashMap<>();

    Checks(Problems problems) {
        this.problems = problems;
        this.refusals = new Refusals(problems);
    }

    void check(List<FileDescriptor> files) {
        for (FileDescriptor file : files) {
            for (Descriptor message : file.getMessageTypes()) {
                checkFile(message);
                checkMessage(message, List.of());
            }
            for (EnumDescriptor constants : file.getEnumTypes()) {
                checkFile(constants);
                checkEnum(constants);
            }
        }
    }

    /** What the file of a type has to be careful with. Of files that have been checked. */
    JavaFile.NamesAround namesAround(GenericDescriptor top) {
        Set<String> inside = new TreeSet<>();
        if (top instanceof Descriptor message) {
            collectNames(message, inside);
        }
        return new JavaFile.NamesAround(
                namesOfPackages.getOrDefault(Options.javaPackage(top.getFile()), Set.of()), inside);
    }

    /** The name of the sealed interface of a oneof: that of the oneof, or with a suffix if something nested has it. */
    static String choiceName(OneofDescriptor oneof) {
        String name = JavaNames.typeOfField(oneof.getName());
        Descriptor message = oneof.getContainingType();
        boolean isTaken = message.getNestedTypes().stream().anyMatch(each -> isCalled(each, name))
                || message.getEnumTypes().stream().anyMatch(each -> isCalled(each, name));
        for (Descriptor around = message; around != null; around = around.getContainingType()) {
            isTaken |= isCalled(around, name);
        }
        return isTaken ? name + "Choice" : name;
    }

    private static boolean isCalled(GenericDescriptor type, String name) {
        return JavaNames.type(type.getName()).equals(name);
    }

    private void checkFile(GenericDescriptor type) {
        String javaPackage = Options.javaPackage(type.getFile());
        String name = JavaNames.type(type.getName());
        namesOfPackages.computeIfAbsent(javaPackage, each -> new TreeSet<>()).add(name);
        GenericDescriptor other = filesTaken.putIfAbsent((javaPackage + '.' + name).toLowerCase(Locale.ROOT), type);
        if (other != null) {
            problems.add(
                    type,
                    "two types would be one Java file: type=" + type.getFullName() + ", other=" + other.getFullName()
                            + "; rename one, or give the files packages of their own");
        }
    }

    private void checkMessage(Descriptor message, List<String> around) {
        refusals.check(message);
        String own = JavaNames.type(message.getName());
        List<String> enclosing = new ArrayList<>(around);
        enclosing.add(own);
        if (around.contains(own)) {
            problems.add(
                    message,
                    "a nested type has the name of one around it: type=" + message.getFullName() + "; rename it");
        }
        Set<String> components = new HashSet<>();
        for (FieldDescriptor field : message.getFields()) {
            if (field.getRealContainingOneof() == null) {
                claim(components, JavaNames.component(field.getName()), field, "components");
            }
        }
        Set<String> types = new HashSet<>();
        for (Descriptor nested : message.getNestedTypes()) {
            if (!nested.getOptions().getMapEntry()) {
                claim(types, JavaNames.type(nested.getName()), nested, "nested types");
                checkMessage(nested, enclosing);
            }
        }
        for (EnumDescriptor constants : message.getEnumTypes()) {
            claim(types, JavaNames.type(constants.getName()), constants, "nested types");
            if (enclosing.contains(JavaNames.type(constants.getName()))) {
                problems.add(
                        constants,
                        "a nested type has the name of one around it: type=" + constants.getFullName() + "; rename it");
            }
            checkEnum(constants);
        }
        for (OneofDescriptor oneof : message.getRealOneofs()) {
            claim(components, JavaNames.component(oneof.getName()), oneof, "components");
            String choice = choiceName(oneof);
            claim(types, choice, oneof, "nested types");
            Set<String> cases = new HashSet<>(enclosing);
            cases.add(choice);
            for (FieldDescriptor field : oneof.getFields()) {
                claim(cases, JavaNames.typeOfField(field.getName()), field, "types around and beside");
            }
        }
    }

    private void checkEnum(EnumDescriptor type) {
        Set<String> constants = new HashSet<>();
        for (EnumValueDescriptor value : type.getValues()) {
            claim(constants, JavaNames.constant(value.getName()), value, "constants");
        }
    }

    private void claim(Set<String> taken, String name, GenericDescriptor by, String what) {
        if (!taken.add(name)) {
            problems.add(
                    by,
                    "the name in Java is taken among the " + what + ": name=" + name + ", of=" + by.getFullName()
                            + "; rename one of the two");
        }
    }

    private static void collectNames(Descriptor message, Set<String> names) {
        for (EnumDescriptor constants : message.getEnumTypes()) {
            names.add(JavaNames.type(constants.getName()));
        }
        for (OneofDescriptor oneof : message.getRealOneofs()) {
            names.add(choiceName(oneof));
            for (FieldDescriptor field : oneof.getFields()) {
                names.add(JavaNames.typeOfField(field.getName()));
            }
        }
        for (Descriptor nested : message.getNestedTypes()) {
            names.add(JavaNames.type(nested.getName()));
            collectNames(nested, names);
        }
    }
}
