using System.Security.Cryptography;
using System.Text;

namespace Grains.Kernel;

/// <summary>The command of what a grain does by itself. It is the same on every node for the same debt, so two nodes that wake together pay it once.</summary>
public static class ClockCommand
{
    /// <param name="owed">What and by when, unique within the stream.</param>
    public static Command For(StreamId stream, string owed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{stream} {owed}"));
        return new(new(Origin.Self, Convert.ToHexStringLower(hash.AsSpan(0, 16))), hash);
    }
}
