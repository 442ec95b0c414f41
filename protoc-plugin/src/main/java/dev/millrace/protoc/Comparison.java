package dev.millrace.protoc;

/** How two components of one kind are compared and hashed, as Java expressions. Those of records only would do unless there are arrays. */
enum Comparison {
    SAME,
    COMPARE,
    EQUALS,
    ARRAY,
    LIST_OF_ARRAYS,
    OPTIONAL_ARRAY,
    MAP_OF_ARRAYS;

    /** Whether a record with such a component needs methods of its own. */
    boolean looksIntoArrays() {
        return switch (this) {
            case SAME, COMPARE, EQUALS -> false;
            case ARRAY, LIST_OF_ARRAYS, OPTIONAL_ARRAY, MAP_OF_ARRAYS -> true;
        };
    }

    /** Says whether {@code this.name} equals {@code that.name}. */
    String equality(String name, String box, JavaFile java) {
        String mine = "this." + name;
        String other = "that." + name;
        return switch (this) {
            case SAME -> mine + " == " + other;
            case COMPARE -> box + ".compare(" + mine + ", " + other + ") == 0";
            case EQUALS -> mine + ".equals(" + other + ')';
            case ARRAY -> arrays(java) + ".equals(" + mine + ", " + other + ')';
            case LIST_OF_ARRAYS -> arrays(java) + ".deepEquals(" + mine + ".toArray(), " + other + ".toArray())";
            case OPTIONAL_ARRAY -> arrays(java) + ".equals(" + mine + ".orElse(null), " + other + ".orElse(null))";
            case MAP_OF_ARRAYS ->
                mine + ".keySet().equals(" + other + ".keySet()) && " + mine
                        + ".entrySet().stream().allMatch(each -> " + arrays(java) + ".equals(each.getValue(), " + other
                        + ".get(each.getKey())))";
        };
    }

    /** The hash of {@code this.name}. */
    String hash(String name, String box, JavaFile java) {
        String mine = "this." + name;
        return switch (this) {
            case SAME, COMPARE -> box + ".hashCode(" + mine + ')';
            case EQUALS -> mine + ".hashCode()";
            case ARRAY -> arrays(java) + ".hashCode(" + mine + ')';
            case LIST_OF_ARRAYS -> arrays(java) + ".deepHashCode(" + mine + ".toArray())";
            case OPTIONAL_ARRAY -> arrays(java) + ".hashCode(" + mine + ".orElse(null))";
            case MAP_OF_ARRAYS -> mine + ".keySet().hashCode()";
        };
    }

    private static String arrays(JavaFile java) {
        return java.library("java.util.Arrays");
    }
}
