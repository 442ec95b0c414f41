package dev.millrace.serde;

/**
 * How one component lies in the fixed part of a layout.
 *
 * <pre>
 *   BOOLEAN BYTE SHORT CHAR INT LONG FLOAT DOUBLE   the value, in the machine's own byte order; boolean is 0 or 1
 *   ENUM      +0 int ordinal
 *   INSTANT   +0 long epoch seconds   +8 int nanos, 0 to 999,999,999
 *   TEXT      +0 int offset from base +4 int length in bytes; the UTF-8 bytes are in the variable part
 *   RECORD    +0 the fixed part of the nested record
 * </pre>
 */
public enum FieldKind {
    BOOLEAN(1, 1),
    BYTE(1, 1),
    SHORT(2, 2),
    CHAR(2, 2),
    INT(4, 4),
    LONG(8, 8),
    FLOAT(4, 4),
    DOUBLE(8, 8),
    ENUM(4, 4),
    INSTANT(12, 8),
    TEXT(8, 8),
    /** Its size is that of the nested layout. */
    RECORD(0, 8);

    private final int sizeBytes;
    private final int alignmentBytes;

    FieldKind(int sizeBytes, int alignmentBytes) {
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    int alignmentBytes() {
        return alignmentBytes;
    }
}
