// SPDX-License-Identifier: GPL-2.0-only
/* Some other driver that has a device: of every virtio entropy source, and it does nothing. */
#include <linux/module.h>
#include <linux/pci.h>

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return 0;
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x1af4, 0x1005) },
	{ PCI_DEVICE(0x1af4, 0x1044) },
	{ }
};

static struct pci_driver other_driver = {
	.name = "other-driver",
	.id_table = ids,
	.probe = probe,
};
module_pci_driver(other_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A driver for uapi-conform to take a device from, and to give it back to");
