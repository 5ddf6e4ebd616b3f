// sarama against a broker: codecs, headers, a group of two that shares partitions, idempotence, administration. The version
// that Debian has knows no transactions, and commits positions by a request that Kafka 4 has removed. Arguments: bootstrap server, prefix of every name. What it prints is the same
// at every broker; it ends with 0 and "done" when all is as it should be.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/Shopify/sarama"
)

var server, name string

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func config() *sarama.Config {
	c := sarama.NewConfig()
	c.Version = sarama.V2_2_0_0
	c.Producer.Return.Successes = true
	c.Producer.RequiredAcks = sarama.WaitForAll
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	return c
}

func admin() sarama.ClusterAdmin {
	a, err := sarama.NewClusterAdmin([]string{server}, config())
	check(err)
	return a
}

func word(err error) string {
	if err == nil {
		return "ok"
	}
	if topic, is := err.(*sarama.TopicError); is {
		return topic.Err.Error()
	}
	return err.Error()
}

func plain() {
	topic := name + "-plain"
	a := admin()
	fmt.Println("created", word(a.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false)))
	fmt.Println("again", word(a.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false)))
	check(a.Close())
	codecs := []sarama.CompressionCodec{sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy, sarama.CompressionLZ4}
	for _, codec := range codecs {
		c := config()
		c.Producer.Compression = codec
		c.Producer.Idempotent = true
		c.Net.MaxOpenRequests = 1
		p, err := sarama.NewSyncProducer([]string{server}, c)
		check(err)
		_, offset, err := p.SendMessage(&sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder("k"), Value: sarama.ByteEncoder(make([]byte, 3000)),
			Headers: []sarama.RecordHeader{{Key: []byte("h"), Value: []byte("v")}}, Timestamp: time.Unix(1700000000, 0)})
		check(err)
		_, tombstone, err := p.SendMessage(&sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder("k")})
		check(err)
		fmt.Println(codec, offset, tombstone)
		check(p.Close())
	}
	c, err := sarama.NewConsumer([]string{server}, config())
	check(err)
	partition, err := c.ConsumePartition(topic, 0, sarama.OffsetOldest)
	check(err)
	for i := 0; i < 2*len(codecs); i++ {
		select {
		case m := <-partition.Messages():
			fmt.Println(m.Offset, len(m.Headers), len(m.Value), m.Value == nil)
		case <-time.After(30 * time.Second):
			check(fmt.Errorf("nothing came"))
		}
	}
	check(partition.Close())
	check(c.Close())
	client, err := sarama.NewClient([]string{server}, config())
	check(err)
	for _, at := range []int64{sarama.OffsetOldest, sarama.OffsetNewest, 1700000000000} {
		offset, err := client.GetOffset(topic, 0, at)
		check(err)
		fmt.Println("offset", at, offset)
	}
	check(client.Close())
}

type member struct {
	sync.Mutex
	seen map[string]bool
}

func (m *member) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (m *member) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		m.Lock()
		m.seen[string(message.Value)] = true
		m.Unlock()
		session.MarkMessage(message, "")
	}
	return nil
}

func (m *member) count() int {
	m.Lock()
	defer m.Unlock()
	return len(m.seen)
}

func group() {
	topic := name + "-group"
	a := admin()
	check(a.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 2, ReplicationFactor: 1}, false))
	m := &member{seen: map[string]bool{}}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for i := 0; i < 2; i++ {
		g, err := sarama.NewConsumerGroup([]string{server}, name+"-members", config())
		check(err)
		running.Add(1)
		go func() {
			defer running.Done()
			for ctx.Err() == nil {
				if err := g.Consume(ctx, []string{topic}, m); err != nil && ctx.Err() == nil {
					check(err)
				}
			}
			check(g.Close())
		}()
	}
	p, err := sarama.NewSyncProducer([]string{server}, config())
	check(err)
	for i := 0; i < 100; i++ {
		_, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(fmt.Sprint(i)), Value: sarama.StringEncoder(fmt.Sprint(i))})
		check(err)
	}
	check(p.Close())
	for until := time.Now().Add(60 * time.Second); m.count() < 100; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			check(fmt.Errorf("%d of 100 records", m.count()))
		}
	}
	stop()
	running.Wait()
	fmt.Println("seen", m.count())
	groups, err := a.ListConsumerGroups()
	check(err)
	fmt.Println("listed", groups[name+"-members"])
	described, err := a.DescribeConsumerGroups([]string{name + "-members"})
	check(err)
	fmt.Println("described", described[0].State, described[0].ProtocolType, len(described[0].Members))
	check(a.Close())
}

func administration() {
	topic := name + "-admin"
	week, bad := "604800000", "soon"
	a := admin()
	fmt.Println("a bad setting", word(a.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: map[string]*string{"retention.ms": &bad}}, false)) != "ok")
	check(a.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: map[string]*string{"retention.ms": &week}}, false))
	fmt.Println("more", word(a.CreatePartitions(topic, 3, nil, false)))
	fmt.Println("fewer", word(a.CreatePartitions(topic, 2, nil, false)) != "ok")
	compact := "compact"
	for _, settings := range []map[string]*string{{"cleanup.policy": &compact}, {"retention.ms": &bad}, {}} {
		fmt.Println("altered", word(a.AlterConfig(sarama.TopicResource, topic, settings, false)) == "ok")
	}
	// what this version sends about settings and rights is older than what Kafka 4 takes
	_, err := a.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic, ConfigNames: []string{"cleanup.policy"}})
	fmt.Println("settings", err)
	_ = a.Close()
	a = admin()
	topics, err := a.DescribeTopics([]string{topic})
	check(err)
	fmt.Println("partitions", len(topics[0].Partitions))
	p, err := sarama.NewSyncProducer([]string{server}, config())
	check(err)
	for i := 0; i < 4; i++ {
		_, _, err = p.SendMessage(&sarama.ProducerMessage{Topic: topic, Partition: 0, Key: sarama.StringEncoder("k"), Value: sarama.StringEncoder("v")})
		check(err)
	}
	check(p.Close())
	fmt.Println("records deleted", word(a.DeleteRecords(topic, map[int32]int64{0: 0})))
	_, err = a.ListAcls(sarama.AclFilter{ResourceType: sarama.AclResourceTopic, Operation: sarama.AclOperationAny, PermissionType: sarama.AclPermissionAny, ResourcePatternTypeFilter: sarama.AclPatternAny})
	fmt.Println("rights", err)
	_ = a.Close()
	a = admin()
	fmt.Println("deleted", word(a.DeleteTopic(topic)), word(a.DeleteTopic(name+"-no")) != "ok")
	check(a.Close())
}

func main() {
	server, name = os.Args[1], os.Args[2]
	for _, part := range []func(){plain, group, administration} {
		part()
	}
	fmt.Println("done")
}
