using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// The disk during one life of the broker: fills up, and kills the broker at a given call, a write half way. A SIGKILL
/// leaves what was written; a power cut may take what was not forced to the disk, of each file a tail.
/// </summary>
internal sealed class SimulatedDisk(Lane lane, Random random) : FaultyStorage
{
    private readonly Dictionary<string, long> _forced = [];
    private readonly Dictionary<SafeFileHandle, string> _paths = [];
    private int _callsLeft = int.MaxValue;

    /// <summary>Dies at a call to come, the next being 1.</summary>
    public void DieAt(int call) => _callsLeft = call;

    public override SafeFileHandle Open(string path)
    {
        var file = base.Open(path);
        _paths.Add(file, path);
        _forced[path] = RandomAccess.GetLength(file);
        return file;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        if (IsLastCall())
        {
            RandomAccess.Write(file, bytes[..random.Next(bytes.Length + 1)], position);
            throw new BrokerKilledException();
        }

        base.Write(file, bytes, position);
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        if (IsLastCall()) throw new BrokerKilledException();
        base.Truncate(file, length);
        _forced[_paths[file]] = Math.Min(_forced[_paths[file]], length);
    }

    // not forced in truth: a simulated power cut takes only what this has not noted
    public override void Flush(SafeFileHandle file)
    {
        if (IsLastCall()) throw new BrokerKilledException();
        _forced[_paths[file]] = RandomAccess.GetLength(file);
    }

    /// <summary>Lets go of the files, and takes from them what a power cut takes.</summary>
    public void End(bool isPowerCut)
    {
        foreach (var (file, path) in _paths)
        {
            if (file.IsClosed) continue;
            var (forced, length) = (_forced[path], RandomAccess.GetLength(file));
            if (isPowerCut && forced < length) RandomAccess.SetLength(file, random.NextInt64(forced, length + 1));
            file.Dispose();
        }
    }

    private bool IsLastCall()
    {
        if (lane.IsDead) throw new BrokerKilledException();
        if (--_callsLeft > 0) return false;
        lane.Die();
        return true;
    }
}
