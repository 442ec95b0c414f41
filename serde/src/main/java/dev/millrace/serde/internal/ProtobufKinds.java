package dev.millrace.serde.internal;

import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;

/** Says which kinds of components have a form as Protobuf. */
public final class ProtobufKinds {
    private ProtobufKinds() {}

    /** Refuses a layout with a component that cannot be a field of a message. */
    public static void requireSupported(RecordLayout layout) {
        requireSupported(layout, layout, "");
    }

    private static void requireSupported(RecordLayout root, RecordLayout layout, String path) {
        for (LayoutField field : layout.fields()) {
            switch (field.kind()) {
                case RECORD -> requireSupported(root, field.nested(), path + field.name() + '.');
                case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT -> {
                    // A field of its own.
                }
                case DURATION,
                        LOCAL_DATE,
                        LOCAL_DATE_TIME,
                        UUID,
                        DECIMAL,
                        BYTES,
                        FIXED_TEXT,
                        ARRAY,
                        LIST,
                        MAP,
                        OPTIONAL,
                        UNION ->
                    throw new UnsupportedTypeException(
                            root.type(),
                            path + field.name(),
                            field.type(),
                            "no form as Protobuf; use a primitive, String,"
                                    + " java.time.Instant, an enum, or a record of these in what is stored or sent");
            }
            if (field.tag() != field.position() + 1) {
                throw new UnsupportedTypeException(
                        root.type(), path + field.name(), field.type(), "@Tag has no form as Protobuf; leave it away");
            }
        }
    }
}
