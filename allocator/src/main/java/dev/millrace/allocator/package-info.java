/** Memory that the engine owns: blocks in size classes, one budget, and the one door to raw access. */
@NullMarked
package dev.millrace.allocator;

import org.jspecify.annotations.NullMarked;
