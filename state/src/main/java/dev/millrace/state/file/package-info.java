/** The one door to the disk: everything the state module reads or writes itself goes through here. */
@NullMarked
package dev.millrace.state.file;

import org.jspecify.annotations.NullMarked;
