package dev.millrace.protoc;

import com.google.protobuf.Descriptors.FieldDescriptor;

/**
 * The Java type of one component.
 *
 * @param text how this file calls it
 * @param box the same where a type parameter is given; of primitives the box
 * @param comparison how two values are compared
 */
record ComponentType(String text, String box, Comparison comparison) {
    /** The message that stands for an instant. */
    static final String TIMESTAMP = "google.protobuf.Timestamp";

    private static final String DURATION = "google.protobuf.Duration";

    /** Whether this is a message that has a type of its own in Java. */
    static boolean isTime(FieldDescriptor field) {
        return field.getType() == FieldDescriptor.Type.MESSAGE
                && (field.getMessageType().getFullName().equals(TIMESTAMP)
                        || field.getMessageType().getFullName().equals(DURATION));
    }

    /** Of a field, with what {@code repeated}, {@code map} or {@code optional} make of it. */
    static ComponentType of(FieldDescriptor field, JavaFile java) {
        if (field.isMapField()) {
            ComponentType key = single(field.getMessageType().findFieldByNumber(1), java);
            ComponentType value = single(field.getMessageType().findFieldByNumber(2), java);
            boolean hasArrays = value.comparison == Comparison.ARRAY;
            return new ComponentType(
                    java.library("java.util.Map") + '<' + key.box + ", " + value.box + '>',
                    "",
                    hasArrays ? Comparison.MAP_OF_ARRAYS : Comparison.EQUALS);
        }
        ComponentType one = single(field, java);
        boolean isArray = one.comparison == Comparison.ARRAY;
        if (field.isRepeated()) {
            return Scalar.of(field) != null
                    ? new ComponentType(one.text + "[]", "", Comparison.ARRAY)
                    : new ComponentType(
                            java.library("java.util.List") + '<' + one.box + '>',
                            "",
                            isArray ? Comparison.LIST_OF_ARRAYS : Comparison.EQUALS);
        }
        if (isOptional(field)) {
            return new ComponentType(
                    java.library("java.util.Optional") + '<' + one.box + '>',
                    "",
                    isArray ? Comparison.OPTIONAL_ARRAY : Comparison.EQUALS);
        }
        return one;
    }

    /** Of a field as it is when it is there, once. */
    static ComponentType single(FieldDescriptor field, JavaFile java) {
        Scalar scalar = Scalar.of(field);
        if (scalar != null) {
            Comparison comparison =
                    scalar == Scalar.FLOAT || scalar == Scalar.DOUBLE ? Comparison.COMPARE : Comparison.SAME;
            return new ComponentType(scalar.primitive(), java.library("java.lang." + scalar.box()), comparison);
        }
        if (field.getType() == FieldDescriptor.Type.BYTES) {
            return new ComponentType("byte[]", "byte[]", Comparison.ARRAY);
        }
        String name;
        if (field.getType() == FieldDescriptor.Type.STRING) {
            name = java.library("java.lang.String");
        } else if (field.getType() == FieldDescriptor.Type.ENUM) {
            name = java.generated(field.getEnumType());
        } else if (isTime(field)) {
            boolean isTimestamp = field.getMessageType().getFullName().equals(TIMESTAMP);
            name = java.library(isTimestamp ? "java.time.Instant" : "java.time.Duration");
        } else {
            name = java.generated(field.getMessageType());
        }
        return new ComponentType(name, name, Comparison.EQUALS);
    }

    /**
     * Whether a user of the field is to see that it is missing: it is called optional, or its edition says so. A message in
     * proto3 always knows, but is not called optional: it is read as one with all defaults.
     */
    static boolean isOptional(FieldDescriptor field) {
        if (field.isRepeated() || field.isRequired() || field.getRealContainingOneof() != null) {
            return false;
        }
        return switch (field.getFile().toProto().getSyntax()) {
            case "proto3" -> field.toProto().getProto3Optional();
            default -> field.hasPresence();
        };
    }
}
