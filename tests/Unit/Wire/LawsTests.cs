using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Every message and payload type against the laws and its golden bytes; new types join in by existing.</summary>
public sealed class LawsTests
{
    // Numbers that have no layout: nothing can be read or written.
    private static readonly Dictionary<MessageType, string> WithoutType = new()
    {
        [MessageType.HandshakeSyn] = "seen from official clients, its layout is unknown, it is ignored always",
    };

    public static TheoryData<string> Names => [.. WireForm.All.Select(static form => form.Name)];

    public static TheoryData<string, string> Goldens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var form in WireForm.All.Where(static form => VectorFile.Exists(form.Name)))
            {
                foreach (var vector in VectorFile.Load(form.Type))
                    data.Add(form.Name, vector.Title);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void GoldenBytesObeyAllLaws(string name, string title)
    {
        var form = WireForm.Named(name);
        MessageLaws.CheckAll(form, form.PartOf(VectorFile.Load(name, title)));
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void TheHeaderOfAVectorNamesItsType(string name, string title)
    {
        var form = WireForm.Named(name);
        var vector = VectorFile.Load(name, title);
        if (WireForm.Messages.Contains(form))
        {
            Assert.Equal((MessageType)form.Number, vector.Header.Type);
            return;
        }
        Assert.Equal(MessageType.ChannelSend, vector.Header.Type);
        Assert.Equal([(byte)(form.Number >> 8), (byte)form.Number], vector.Body[..2]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryTypeHasAVectorFile(string name) => Assert.True(VectorFile.Exists(name), $"tests/Vectors/**/{name}.txt is missing.");

    [Fact]
    public void EveryMessageTypeHasExactlyOneClassOrAReasonWhyNot()
    {
        var known = WireForm.Messages.Select(static form => (MessageType)form.Number).Concat(WithoutType.Keys);
        Assert.Equal(Enum.GetValues<MessageType>().Order(), known.Order());
    }

    [Fact]
    public void TheDearestInputStaysWithinItsBound()
    {
        var form = WireForm.Named(nameof(Announce));
        var recipients = Enumerable.Repeat("x", 20_000).ToItems();
        MessageLaws.WhateverReadsIsBoundedAndComesBack(form, form.Write(new Announce { Text = "", Recipients = recipients }));
    }

    [Fact]
    public void NamesAreUniqueSoThatVectorFilesAreToo() =>
        Assert.Empty(WireForm.All.GroupBy(static form => form.Name).Where(static group => group.Count() > 1).Select(static group => group.Key));
}
