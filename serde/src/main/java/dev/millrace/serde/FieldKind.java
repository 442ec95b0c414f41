package dev.millrace.serde;

/**
 * How one component lies in the fixed part of a layout. Numbers are in the machine's own byte order.
 *
 * <pre>
 *   BOOLEAN BYTE SHORT CHAR INT LONG FLOAT DOUBLE   the value; boolean is 0 or 1
 *   ENUM             +0 int ordinal
 *   INSTANT          +0 long epoch seconds   +8 int nanos, 0 to 999,999,999
 *   TEXT             +0 int offset from base +4 int length in bytes; the UTF-8 bytes are in the variable part
 *   RECORD           +0 the fixed part of the nested record
 *   DURATION         +0 long seconds         +8 int nanos, 0 to 999,999,999
 *   LOCAL_DATE       +0 long days since 1970-01-01
 *   LOCAL_DATE_TIME  +0 long seconds since 1970-01-01T00:00   +8 int nanos, 0 to 999,999,999
 *   UUID             +0 long most significant bits   +8 long least significant bits
 *   DECIMAL          +0 int offset from base +4 int length in bytes +8 int scale; the unscaled value is in the variable
 *                    part: two's complement, most significant byte first, as short as it can be
 *   BYTES            +0 int offset from base +4 int length in bytes
 *   FIXED_TEXT       +0 UTF-8 bytes, zeros up to the next multiple of 8 bytes behind the limit, then unsigned short length
 *   ARRAY LIST MAP   +0 int offset from base +4 int count; the elements or entries are in the variable part
 *   OPTIONAL         +0 the value, or zeros  + its size: byte 1 if there is a value, 0 if not
 *   UNION            +0 the fixed part of the record, zeros up to the size of the largest alternative
 *                    + that size: int place of the alternative, from 0
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
    RECORD(0, 8),
    DURATION(12, 8),
    LOCAL_DATE(8, 8),
    LOCAL_DATE_TIME(12, 8),
    UUID(16, 8),
    DECIMAL(12, 4),
    BYTES(8, 4),
    /** Its size depends on the limit of its text. */
    FIXED_TEXT(0, 8),
    ARRAY(8, 4),
    LIST(8, 4),
    MAP(8, 4),
    /** Its size and alignment depend on those of the value. */
    OPTIONAL(0, 1),
    /** Its size depends on the largest alternative. */
    UNION(0, 8);

    private final int sizeBytes;
    private final int alignmentBytes;

    FieldKind(int sizeBytes, int alignmentBytes) {
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
    }

    /** What a value takes in the fixed part; 0 where the kind alone does not say. */
    public int sizeBytes() {
        return sizeBytes;
    }

    int alignmentBytes() {
        return alignmentBytes;
    }
}
