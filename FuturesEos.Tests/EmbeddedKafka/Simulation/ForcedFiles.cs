namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>How much of each file is on the disk for good, and which of them have no name there yet.</summary>
internal sealed class ForcedFiles
{
    private readonly Dictionary<string, long> _lengths = [];
    private readonly HashSet<string> _unnamed = [];

    public void OnOpen(string path, bool isNew, long length, bool isReplaced)
    {
        if (isNew) _unnamed.Add(path);
        if (isNew || isReplaced) _lengths[path] = length;
    }

    public void OnTruncate(string path, long length) => _lengths[path] = Math.Min(_lengths[path], length);

    public void OnFlush(string path, long length) => _lengths[path] = length;

    public void OnFlushFolder(string folder) => _unnamed.RemoveWhere(path => Path.GetDirectoryName(path) == folder);

    /// <summary>Takes of what was not forced some part, or all; afterwards what is left is there for good.</summary>
    public void CutPower(Random random)
    {
        // in the order in which they were made, so that a seed takes the same again
        foreach (var (path, forced) in _lengths.Where(file => File.Exists(file.Key)).ToList())
        {
            if (_unnamed.Contains(path) && random.Next(2) == 0)
            {
                File.Delete(path);
                continue;
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            var length = RandomAccess.GetLength(file);
            if (forced < length) RandomAccess.SetLength(file, random.NextInt64(forced, length + 1));
            _lengths[path] = RandomAccess.GetLength(file);
        }

        _unnamed.Clear();
    }
}
