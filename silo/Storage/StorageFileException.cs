namespace Silo.Storage;

/// <summary>A file of this node cannot be used: held by another process, newer than this program, damaged, or open to others.
/// The program must not start; the message is one line for the operator and names the file.</summary>
public sealed class StorageFileException(string message, Exception? inner = null) : Exception(message, inner);
