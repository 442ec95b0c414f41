/** How codecs are put together; not for other modules. */
@NullMarked
package dev.millrace.serde.internal;

import org.jspecify.annotations.NullMarked;
