using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Right messages and batches made wrong: bits flipped, lengths replaced, ends cut, pieces repeated. The decoders refuse them with
/// their own exceptions or read them; nothing else, and nothing large. A failure names the seed.
/// </summary>
public class DecoderFuzzTests
{
    private const int Short = 20_000;
    private const int Millions = 3_000_000;
    private const long AllocatedMost = 64 << 20;
    private static readonly LogConfig Config = new();

    [Fact]
    public void broken_requests_are_refused_and_nothing_else() => Requests(Short);

    [Fact]
    [Trait("Category", "Long")]
    public void millions_of_broken_requests_are_refused_and_nothing_else() => Requests(Millions);

    [Fact]
    public void broken_batches_are_refused_and_nothing_else() => Batches(Short);

    [Fact]
    public void kept_inputs_are_read_or_refused_and_nothing_else()
    {
        foreach (var (name, bytes) in Corpus.Requests)
        {
            if (Split(bytes) is ({ } type, var version, { } body)) IsRefused(type, version, body, name);
        }

        foreach (var (name, bytes) in Corpus.Batches) IsRefused(bytes, name);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void millions_of_broken_batches_are_refused_and_nothing_else() => Batches(Millions);

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void a_small_batch_that_unpacks_to_a_large_one_is_refused(CompressionType codec)
    {
        var builder = new RecordBatchBuilder { Compression = codec };
        builder.Add(1, "k"u8, new byte[200 << 20]);
        var bomb = builder.Build();
        Assert.InRange(bomb.Length, 0, 16 << 20);
        var config = new LogConfig { MaxMessageBytes = 16 << 20 };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotEqual(KafkaError.None, BatchValidator.Check(bomb, config, AppendOrigin.Client, 1).Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600L << 20);
    }

    private static void Requests(int inputs)
    {
        var requests = MessageCatalog.All.Where(t => t.Name.EndsWith("Request", StringComparison.Ordinal)).ToArray();
        var refused = 0;
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            if (seed % 4 == 0
                && Split(Corpus.Requests[random.Next(Corpus.Requests.Count)].Bytes) is ({ } kept, var keptVersion, { } body))
            {
                IsRefused(kept, keptVersion, Mutation.Of(body, random), $"seed {seed}");
                continue;
            }

            var type = requests[random.Next(requests.Length)];
            var api = MessageCatalog.ApiOf(type);
            var version = (short)random.Next(api.MinVersion, api.MaxVersion + 1);
            var message = MessageCatalog.New(type);
            new RandomFiller(random, version, api.IsFlexible(version)).Struct(message);
            var bytes = Mutation.Of(MessageCatalog.Write(message, version, api.IsFlexible(version)), random);
            if (IsRefused(type, version, bytes, $"seed {seed}"))
                refused++;
        }

        Assert.InRange(refused, inputs / 10, inputs);
    }

    // API, version and what comes after the header; null where the header is what is wrong
    private static (Type Type, short Version, byte[] Body)? Split(byte[] request)
    {
        try
        {
            var header = RequestHeader.Read(request, out var length);
            var type = MessageCatalog.All.FirstOrDefault(t => t.Name == $"{header.Key}Request");
            if (type is null) return null;

            // the tagged fields of the header, of which there are none
            var isTagged = MessageCatalog.ApiOf(type).IsFlexible(header.Version) && request[length..] is [0, ..];
            return (type, header.Version, request[(isTagged ? length + 1 : length)..]);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static bool IsRefused(Type type, short version, byte[] bytes, string which)
    {
        var api = MessageCatalog.ApiOf(type);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRefused = false;
        try
        {
            new ProtocolReader(bytes, version, api.IsFlexible(version)).Struct(MessageCatalog.New(type));
        }
        catch (ProtocolException)
        {
            isRefused = true;
        }
        catch (Exception wrong)
        {
            Assert.Fail($"{which}, {type.Name} {version}: {wrong}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocatedMost, $"{which}, {type.Name} {version}: {bytes.Length} bytes made {allocated}");
        return isRefused;
    }

    private static void Batches(int inputs)
    {
        var refused = 0;
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            if (seed % 4 == 0)
            {
                IsRefused(Mutation.Of([.. Corpus.Batches[random.Next(Corpus.Batches.Count)].Bytes], random), $"seed {seed}");
                continue;
            }

            var builder = new RecordBatchBuilder { Compression = (CompressionType)random.Next(5), ProducerId = 7, ProducerEpoch = 0, BaseSequence = 0 };
            for (var i = random.Next(1, 4); i > 0; i--)
                builder.Add(1_700_000_000_000 + i, [(byte)i], new byte[random.Next(50)], ("h", [1]));
            var bytes = Mutation.Of(builder.Build(), random);

            // most damage is found by the checksum: half of it is given a right one, so that what lies behind is reached
            if (random.Next(2) == 0 && RecordBatch.SizeOf(bytes) == bytes.Length && bytes.Length >= RecordBatch.HeaderSize)
                RecordBatch.Seal(bytes);
            if (IsRefused(bytes, $"seed {seed}"))
                refused++;
        }

        Assert.InRange(refused, inputs / 3, inputs);
    }

    private static bool IsRefused(byte[] batches, string which)
    {
        try
        {
            if (BatchValidator.Check(batches, Config, AppendOrigin.Client, 1_700_000_000_000).Error != KafkaError.None)
                return true;

            // what is let in can be read by everybody
            using var records = new RecordReader(new RecordBatch(batches));
            while (records.TryRead(out var record))
                Assert.True(record.Headers.FillRecord());
            return false;
        }
        catch (Exception wrong)
        {
            Assert.Fail($"{which}: {wrong}");
            return false;
        }
    }
}
