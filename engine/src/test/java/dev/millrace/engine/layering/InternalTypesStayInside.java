package dev.millrace.engine.layering;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/** What a class shows to other modules names no type of an {@code internal} package. */
public final class InternalTypesStayInside extends ArchCondition<JavaClass> {
    public InternalTypesStayInside() {
        super("name no internal type in a public or protected signature");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (!isShown(type)) {
            return;
        }
        type.getMembers().stream()
                .filter(InternalTypesStayInside::isShown)
                .filter(member -> namedTypes(member).anyMatch(InternalTypesStayInside::isInternal))
                .forEach(member ->
                        events.add(SimpleConditionEvent.violated(member, "internal type in " + member.getFullName())));
    }

    /** A nested class is shown if everything around it is. */
    private static boolean isShown(JavaClass type) {
        return isShown(type.getModifiers())
                && type.getEnclosingClass()
                        .map(InternalTypesStayInside::isShown)
                        .orElse(true);
    }

    private static boolean isShown(JavaMember member) {
        return isShown(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isShown(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> namedTypes(JavaMember member) {
        if (member instanceof JavaField field) {
            return raw(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        Stream<JavaType> parameters = code.getParameterTypes().stream();
        return Stream.concat(parameters.flatMap(InternalTypesStayInside::raw), raw(code.getReturnType()));
    }

    private static Stream<JavaClass> raw(JavaType type) {
        return type.getAllInvolvedRawTypes().stream().map(JavaClass::getBaseComponentType);
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith("dev.millrace.")
                && (type.getPackageName() + ".").contains(".internal.");
    }
}
