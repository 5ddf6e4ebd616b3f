using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// The disk during one life of the broker: fills up, and kills the broker at a given call, a write half way. A SIGKILL
/// leaves what was written; a power cut may take what was not forced to the disk, in this life or one before: of each
/// file a tail, and a new file altogether.
/// </summary>
internal sealed class SimulatedDisk(Lane lane, Random random, ForcedFiles forced) : FaultyStorage
{
    private readonly Dictionary<SafeFileHandle, string> _paths = [];
    private int _callsLeft = int.MaxValue;

    /// <summary>Dies at a call to come, the next being 1.</summary>
    public void DieAt(int call) => _callsLeft = call;

    public override SafeFileHandle Open(string path)
    {
        var isNew = !File.Exists(path);
        var file = base.Open(path);

        // what lies there in place of a file that is open was rewritten and forced as a whole
        forced.OnOpen(path, isNew, RandomAccess.GetLength(file), isReplaced: _paths.ContainsValue(path));
        _paths.Add(file, path);
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
        forced.OnTruncate(_paths[file], length);
    }

    // not forced in truth: a simulated power cut takes only what this has not noted
    public override void Flush(SafeFileHandle file)
    {
        if (IsLastCall()) throw new BrokerKilledException();
        forced.OnFlush(_paths[file], RandomAccess.GetLength(file));
    }

    public override void FlushFolder(string path)
    {
        if (IsLastCall()) throw new BrokerKilledException();
        forced.OnFlushFolder(path);
    }

    /// <summary>Lets go of the files, and takes from them what a power cut takes.</summary>
    public void End(bool isPowerCut)
    {
        foreach (var file in _paths.Keys) file.Dispose();
        if (isPowerCut) forced.CutPower(random);
    }

    private bool IsLastCall()
    {
        if (lane.IsDead) throw new BrokerKilledException();
        if (--_callsLeft > 0) return false;
        lane.Die();
        return true;
    }
}
