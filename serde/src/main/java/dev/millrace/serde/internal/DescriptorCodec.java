package dev.millrace.serde.internal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors as bytes, in the Protobuf wire format. Unknown fields are skipped; another version is refused. Any thread may
 * call.
 *
 * <pre>
 *   message Schema {
 *     uint32 version = 1;              // 1
 *     fixed64 layout_hash = 2;
 *     Type root = 3;
 *   }
 *   message Type {
 *     uint32 kind = 1;                 // see KindNumbers
 *     string name = 2;                 // of a record, an enum, a union
 *     uint32 size_bytes = 3;
 *     uint32 stride_bytes = 4;
 *     uint32 inner_offset_bytes = 5;
 *     uint32 max_text_bytes = 6;
 *     repeated Field fields = 7;       // of a record; the alternatives of a union
 *     repeated string constants = 8;   // of an enum
 *     repeated Type parts = 9;         // element, key and value, optional value
 *   }
 *   message Field {
 *     string name = 1;
 *     uint32 number = 2;
 *     bool number_chosen = 3;
 *     uint32 since = 4;
 *     uint32 offset_bytes = 5;
 *     Type type = 6;
 *     optional string default = 7;
 *   }
 * </pre>
 */
public final class DescriptorCodec {
    private static final int VERSION = 1;

    /** How deep types may lie in each other, and how many there may be in one descriptor. */
    private static final int MAX_DEPTH = 64;

    private static final int MAX_TYPES = 20_000;

    private DescriptorCodec() {}

    private interface Body {
        void write(CodedOutputStream output) throws IOException;
    }

    public static byte[] encode(SchemaDescriptor schema) {
        byte[] encoded = bytes(output -> {
            output.writeUInt32(1, VERSION);
            output.writeFixed64(2, schema.layoutHash());
            output.writeByteArray(3, bytes(body -> write(schema.root(), body)));
        });
        if (encoded.length > SchemaDescriptor.MAX_BYTES) {
            throw new IllegalArgumentException("type has too large a descriptor: record="
                    + schema.root().name() + ", sizeBytes=" + encoded.length + ", limitBytes="
                    + SchemaDescriptor.MAX_BYTES + "; use fewer or smaller nested types");
        }
        return encoded;
    }

    private static void write(SchemaType type, CodedOutputStream output) throws IOException {
        output.writeUInt32(1, KindNumbers.of(type.kind()));
        if (!type.name().isEmpty()) {
            output.writeString(2, type.name());
        }
        number(output, 3, type.sizeBytes());
        number(output, 4, type.strideBytes());
        number(output, 5, type.innerOffsetBytes());
        number(output, 6, type.maxTextBytes());
        for (SchemaField field : type.fields()) {
            output.writeByteArray(7, bytes(body -> write(field, body)));
        }
        for (String constant : type.constants()) {
            output.writeString(8, constant);
        }
        for (SchemaType part : type.parts()) {
            output.writeByteArray(9, bytes(body -> write(part, body)));
        }
    }

    private static void write(SchemaField field, CodedOutputStream output) throws IOException {
        output.writeString(1, field.name());
        number(output, 2, field.number());
        number(output, 3, field.isNumberChosen() ? 1 : 0);
        number(output, 4, field.since());
        number(output, 5, field.offsetBytes());
        output.writeByteArray(6, bytes(body -> write(field.type(), body)));
        String defaultText = field.defaultText();
        if (defaultText != null) {
            output.writeString(7, defaultText);
        }
    }

    private static void number(CodedOutputStream output, int number, int value) throws IOException {
        if (value != 0) {
            output.writeUInt32(number, value);
        }
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            body.write(output);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Not with a byte array behind it.
        }
        return bytes.toByteArray();
    }

    public static SchemaDescriptor decode(byte[] bytes) {
        if (bytes.length > SchemaDescriptor.MAX_BYTES) {
            throw new MalformedRecordException("schema descriptor is too large: sizeBytes=" + bytes.length
                    + ", limitBytes=" + SchemaDescriptor.MAX_BYTES);
        }
        try {
            return new Reader().schema(CodedInputStream.newInstance(bytes));
        } catch (IOException e) {
            throw new MalformedRecordException("schema descriptor is damaged: cause=" + e.getMessage(), e);
        }
    }

    /** Reads one descriptor. */
    private static final class Reader {
        private int typeCount;

        SchemaDescriptor schema(CodedInputStream in) throws IOException {
            int version = 0;
            long layoutHash = 0;
            SchemaType root = null;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> version = in.readUInt32();
                    case 2 -> layoutHash = in.readFixed64();
                    case 3 -> root = type(CodedInputStream.newInstance(in.readByteArray()), 0);
                    default -> in.skipField(tag);
                }
            }
            if (version != VERSION) {
                throw new MalformedRecordException("schema descriptor cannot be read: version=" + version
                        + ", knownVersion=" + VERSION + "; it was written by another release");
            }
            if (root == null || root.kind() != FieldKind.RECORD) {
                throw new MalformedRecordException("schema descriptor is damaged: it describes no record");
            }
            return new SchemaDescriptor(root, layoutHash);
        }

        private SchemaType type(CodedInputStream in, int depth) throws IOException {
            if (depth > MAX_DEPTH || ++typeCount > MAX_TYPES) {
                throw new MalformedRecordException("schema descriptor holds too much: depth=" + depth + ", limit="
                        + MAX_DEPTH + ", typeCount=" + typeCount + ", typeLimit=" + MAX_TYPES);
            }
            int kind = 0;
            String name = "";
            int[] numbers = new int[4];
            List<SchemaField> fields = new ArrayList<>();
            List<String> constants = new ArrayList<>();
            List<SchemaType> parts = new ArrayList<>();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int number = WireFormat.getTagFieldNumber(tag);
                switch (number) {
                    case 1 -> kind = in.readUInt32();
                    case 2 -> name = in.readStringRequireUtf8();
                    case 3, 4, 5, 6 -> numbers[number - 3] = in.readUInt32();
                    case 7 -> fields.add(field(CodedInputStream.newInstance(in.readByteArray()), depth));
                    case 8 -> constants.add(in.readStringRequireUtf8());
                    case 9 -> parts.add(type(CodedInputStream.newInstance(in.readByteArray()), depth + 1));
                    default -> in.skipField(tag);
                }
            }
            SchemaType type = new SchemaType(
                    KindNumbers.kind(kind),
                    name,
                    numbers[0],
                    numbers[1],
                    numbers[2],
                    numbers[3],
                    fields,
                    constants,
                    parts);
            DescriptorChecks.check(type);
            return type;
        }

        private SchemaField field(CodedInputStream in, int depth) throws IOException {
            String name = "";
            int number = 0;
            boolean isChosen = false;
            int since = 0;
            int offset = 0;
            @Nullable SchemaType type = null;
            @Nullable String defaultText = null;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> name = in.readStringRequireUtf8();
                    case 2 -> number = in.readUInt32();
                    case 3 -> isChosen = in.readBool();
                    case 4 -> since = in.readUInt32();
                    case 5 -> offset = in.readUInt32();
                    case 6 -> type = type(CodedInputStream.newInstance(in.readByteArray()), depth + 1);
                    case 7 -> defaultText = in.readStringRequireUtf8();
                    default -> in.skipField(tag);
                }
            }
            if (type == null) {
                throw new MalformedRecordException("schema descriptor is damaged: a field has no type: field=" + name);
            }
            return new SchemaField(name, number, isChosen, since, offset, type, defaultText);
        }
    }
}
