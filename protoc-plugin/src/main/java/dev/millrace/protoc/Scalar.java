package dev.millrace.protoc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import org.jspecify.annotations.Nullable;

/** A number or boolean of Protobuf in Java. */
enum Scalar {
    BOOL("boolean", "Boolean", true),
    FLOAT("float", "Float", true),
    DOUBLE("double", "Double", true),
    INT32("int", "Integer", true),
    INT64("long", "Long", true),
    UINT32("long", "Long", true),
    UINT64("long", "Long", true),
    SINT32("int", "Integer", false),
    SINT64("long", "Long", false),
    FIXED32("long", "Long", false),
    FIXED64("long", "Long", false),
    SFIXED32("int", "Integer", false),
    SFIXED64("long", "Long", false);

    private final String primitive;
    private final String box;
    private final boolean isSameOnTheWire;

    Scalar(String primitive, String box, boolean isSameOnTheWire) {
        this.primitive = primitive;
        this.box = box;
        this.isSameOnTheWire = isSameOnTheWire;
    }

    /** Nothing for what is no number or boolean. */
    static @Nullable Scalar of(FieldDescriptor field) {
        return switch (field.getType()) {
            case BOOL -> BOOL;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case UINT32 -> UINT32;
            case UINT64 -> UINT64;
            case SINT32 -> SINT32;
            case SINT64 -> SINT64;
            case FIXED32 -> FIXED32;
            case FIXED64 -> FIXED64;
            case SFIXED32 -> SFIXED32;
            case SFIXED64 -> SFIXED64;
            case STRING, BYTES, ENUM, MESSAGE, GROUP -> null;
        };
    }

    String primitive() {
        return primitive;
    }

    /** The simple name of the class in {@code java.lang}. */
    String box() {
        return box;
    }

    /** Whether the engine writes the Java type as the same bytes. */
    boolean isSameOnTheWire() {
        return isSameOnTheWire;
    }
}
