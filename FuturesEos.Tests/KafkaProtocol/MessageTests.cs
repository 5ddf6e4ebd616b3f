using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using Xunit;

namespace FuturesEos.Tests.KafkaProtocol;

public class MessageTests
{
    /// <summary>
    /// Nothing a frame says may make its reader allocate more than this many bytes per byte of the frame.
    /// </summary>
    private const int AllocationPerByteMax = 200;

    public static TheoryData<string> Messages => [.. MessageCatalog.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void a_message_equals_kafkas_own_definition_in_every_version(string name)
    {
        using var definitions = KafkaDefinitions.Open();
        Assert.SkipWhen(definitions is null, "no Kafka client library beside the repository to compare with");
        var type = MessageCatalog.All.Single(t => t.Name == name);
        var api = MessageCatalog.ApiOf(type);
        var definition = definitions!.Message(name);
        Assert.Equal((short)api.Key, definition.GetProperty("apiKey").GetInt16());
        var (from, to) = KafkaDefinitions.Range(definition.GetProperty("validVersions").GetString()!);
        var (flexibleFrom, _) = KafkaDefinitions.Range(definition.GetProperty("flexibleVersions").GetString()!);
        Assert.True(api.MaxVersion <= to, $"{api.Key} {api.MaxVersion} is offered and not defined");
        for (var version = (short)from; version <= to; version++)
        {
            Assert.Equal(version >= flexibleFrom, api.IsFlexible(version));
            var describer = new SchemaDescriber(version, api.IsFlexible(version));
            describer.Struct(MessageCatalog.New(type));
            Assert.Equal(KafkaDefinitions.Describe(definition, version), describer.Lines);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void what_is_written_is_read_back(string name)
    {
        var type = MessageCatalog.All.Single(t => t.Name == name);
        var api = MessageCatalog.ApiOf(type);
        var random = new Random(17);
        for (var version = api.MinVersion; version <= api.MaxVersion; version++)
        {
            for (var round = 0; round < 20; round++)
            {
                var bytes = RandomMessage(type, api, random, version);
                var again = MessageCatalog.Read(type, bytes, version, api.IsFlexible(version));
                Assert.Equal(bytes, MessageCatalog.Write(again, version, api.IsFlexible(version)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void a_message_cut_at_any_byte_is_refused(string name)
    {
        var type = MessageCatalog.All.Single(t => t.Name == name);
        var api = MessageCatalog.ApiOf(type);
        var random = new Random(23);
        for (var version = api.MinVersion; version <= api.MaxVersion; version++)
        {
            var bytes = RandomMessage(type, api, random, version);
            for (var length = 0; length < Math.Min(bytes.Length, 2000); length++)
            {
                var cut = bytes.AsMemory(0, length);
                Assert.Throws<ProtocolException>(
                    () => MessageCatalog.Read(type, cut, version, api.IsFlexible(version)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void damaged_bytes_are_read_or_refused_and_never_cost_more_memory_than_they_are_worth(string name)
    {
        var type = MessageCatalog.All.Single(t => t.Name == name);
        var api = MessageCatalog.ApiOf(type);
        var random = new Random(29);
        var refused = 0;
        for (var round = 0; round < 600; round++)
        {
            var version = (short)random.Next(api.MinVersion, api.MaxVersion + 1);
            var bytes = RandomMessage(type, api, random, version);
            for (var hit = random.Next(1, 5); hit > 0 && bytes.Length > 0; hit--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)0x7f;
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                MessageCatalog.Read(type, bytes, version, api.IsFlexible(version));
            }
            catch (ProtocolException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before,
                0, 20_000 + ((long)AllocationPerByteMax * bytes.Length));
        }

        Assert.True(refused > 0 || name.StartsWith("ApiVersions", StringComparison.Ordinal), "no damage was noticed");
    }

    [Fact]
    public void an_array_that_announces_two_billion_elements_costs_nothing()
    {
        byte[] bomb = [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(
            () => MessageCatalog.Read(typeof(MetadataRequest), bomb, 4, isFlexible: false));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void a_tag_of_a_later_version_is_skipped()
    {
        // an empty client name and version, then tag 99 with two bytes
        byte[] bytes = [1, 1, 1, 99, 2, 0xaa, 0xbb];
        Assert.IsType<ApiVersionsRequest>(MessageCatalog.Read(typeof(ApiVersionsRequest), bytes, 3, isFlexible: true));
    }

    [Fact]
    public void large_records_are_sent_from_where_they_lie()
    {
        var records = new byte[100_000];
        var response = new FetchResponse
        {
            Responses = [new() { Topic = "t",
                Partitions = [new() { Records = records }, new() { Records = new byte[] { 1, 2 } }] }],
        };
        using var writer = new ProtocolWriter(11, isFlexible: false);
        writer.StartFrame();
        writer.Struct(response);
        var pieces = writer.FinishFrame();
        Assert.Same(records, pieces[1].Array);
        Assert.Equal(writer.Length, pieces.Sum(piece => (long)piece.Count));
        Assert.Equal(writer.Length - 4, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(pieces[0]));
    }

    private static byte[] RandomMessage(Type type, Api api, Random random, short version)
    {
        var message = MessageCatalog.New(type);
        new RandomFiller(random, version, api.IsFlexible(version)).Struct(message);
        return MessageCatalog.Write(message, version, api.IsFlexible(version));
    }
}
