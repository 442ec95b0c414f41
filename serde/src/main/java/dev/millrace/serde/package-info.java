/** Records as bytes: one flat layout per type, codecs over it, and the hashing of keys. */
@NullMarked
package dev.millrace.serde;

import org.jspecify.annotations.NullMarked;
