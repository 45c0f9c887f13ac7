using System.Diagnostics;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>A file system of 3 MB in memory, which can be filled.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int FillBytes = 4096;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <exception cref="IOException">This user may not mount anything.</exception>
    public static SmallDisk Mount(string options)
    {
        var folder = Directory.CreateTempSubdirectory("plek-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size=3m,mode=700,{options}", "plek-test", folder)) return new(folder);
        Directory.Delete(folder);
        throw new IOException("mount was refused");
    }

    /// <summary>Leaves no room for another byte.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) filler.Write(new byte[FillBytes]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        if (Run("umount", "--lazy", Folder)) Directory.Delete(Folder);
    }

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such command.
        }
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>; skipped where this user may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        try
        {
            SmallDisk.Mount("rw").Dispose();
        }
        catch (IOException)
        {
            Skip = "Needs the right to mount a small tmpfs, as root has.";
        }
    }
}
