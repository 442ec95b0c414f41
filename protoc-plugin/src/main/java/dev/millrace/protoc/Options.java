package dev.millrace.protoc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.UnknownFieldSet;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what {@code millrace/options.proto} defines. The numbers here are the numbers there; a test compares them. */
final class Options {
    static final int FILE_JAVA_PACKAGE = 76001;
    static final int MESSAGE_VERSION = 76001;
    static final int FIELD_KEY = 76001;
    static final int FIELD_TIMESTAMP = 76002;
    static final int FIELD_SINCE = 76003;

    private Options() {}

    static boolean isKey(FieldDescriptor field) {
        return number(field.getOptions().getUnknownFields(), FIELD_KEY) != 0;
    }

    static boolean isTimestamp(FieldDescriptor field) {
        return number(field.getOptions().getUnknownFields(), FIELD_TIMESTAMP) != 0;
    }

    /** The version that a field came with; 0 if it is not said. Unsigned 32 bits. */
    static long since(FieldDescriptor field) {
        return number(field.getOptions().getUnknownFields(), FIELD_SINCE);
    }

    /** The version of a message; 0 if it is not said. Unsigned 32 bits. */
    static long version(Descriptor message) {
        return number(message.getOptions().getUnknownFields(), MESSAGE_VERSION);
    }

    /** The package of the records of a file: our option, else protoc's for Java, else that of the file. */
    static String javaPackage(FileDescriptor file) {
        List<com.google.protobuf.ByteString> own =
                file.getOptions().getUnknownFields().getField(FILE_JAVA_PACKAGE).getLengthDelimitedList();
        if (!own.isEmpty()) {
            return own.get(own.size() - 1).toString(StandardCharsets.UTF_8);
        }
        return file.getOptions().hasJavaPackage() ? file.getOptions().getJavaPackage() : file.getPackage();
    }

    private static long number(UnknownFieldSet options, int number) {
        List<Long> values = options.getField(number).getVarintList();
        return values.isEmpty() ? 0 : values.get(values.size() - 1);
    }
}
