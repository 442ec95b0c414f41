package dev.millrace.serde.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The constants of an enum, found by the bytes of their names. Immutable; any thread may use it. */
final class EnumNames {
    /** Stands where there is no enum. */
    static final EnumNames NONE = new EnumNames(new Object[0]);

    private final Object[] constants;
    private final byte[][] names;
    private final String expected;

    EnumNames(Class<?> type) {
        this(type.getEnumConstants());
    }

    private EnumNames(Object[] constants) {
        this.constants = constants;
        this.names = new byte[constants.length][];
        StringBuilder list = new StringBuilder("one of");
        for (int i = 0; i < constants.length; i++) {
            String name = ((Enum<?>) constants[i]).name();
            names[i] = name.getBytes(StandardCharsets.UTF_8);
            list.append(i == 0 ? " " : ", ").append(name);
        }
        this.expected = list.toString();
    }

    Object find(CsvLine line, int column) {
        final byte[] bytes = line.bytes();
        final int start = line.start(column);
        final int end = line.end(column);
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, bytes, start, end)) {
                return constants[i];
            }
        }
        throw line.malformed(column, expected);
    }

    byte[] name(int ordinal) {
        return names[ordinal];
    }
}
