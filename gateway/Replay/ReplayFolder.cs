namespace Gateway.Replay;

/// <summary>Where one replay keeps its server's data, its journal and what the server said.</summary>
internal sealed class ReplayFolder
{
    private readonly string _root;

    private ReplayFolder(string root) => _root = root;

    public string Data => Path.Combine(_root, "data");

    public string Journal => Path.Combine(_root, "journal.csv");

    public string ServerLog => Path.Combine(_root, "server.log");

    /// <summary>A fresh folder, or with <paramref name="resume"/> the one that an earlier replay left.</summary>
    /// <exception cref="ReplayException">There is nothing to go on with, another replay is running there, or the folder is no replay's.</exception>
    public static ReplayFolder Open(string? dataFolder, string name, bool resume)
    {
        if (dataFolder is null && resume) throw new ReplayException("--resume needs the --data of the replay that was interrupted.");
        var folder = new ReplayFolder(dataFolder is null ? Directory.CreateTempSubdirectory("plek-replay-").FullName : Path.GetFullPath(Path.Combine(dataFolder, "replay", name)));
        var left = File.Exists(Path.Combine(folder.Data, Simulation.MarkFile));
        if (left) folder.RefuseWhileRunning();
        if (resume) return left ? folder : throw new ReplayException($"{folder._root} holds no replay to go on with.");
        if (left) Directory.Delete(folder._root, recursive: true);
        else if (Directory.Exists(folder.Data)) throw new ReplayException($"{folder.Data} is not of a replay; it is left alone.");
        Directory.CreateDirectory(folder._root);
        return folder;
    }

    public void Delete() => Directory.Delete(_root, recursive: true);

    public override string ToString() => _root;

    private void RefuseWhileRunning()
    {
        try
        {
            using var alone = new FileStream(Journal, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new ReplayException($"Another replay is running in {_root}.");
        }
    }
}
