// SPDX-License-Identifier: GPL-2.0-only
// Put into a copy of the page by test_browser.py: measures it as the browser shows it, and
// leaves what it found as JSON in the document.
addEventListener("load", () => {
	const colour = (text) => {
		const parts = text.match(/[\d.]+/g).map(Number);
		return parts.length < 4 ? [...parts, 1] : parts;
	};
	const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	const light = ([r, g, b]) =>
		0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const behind = (element) => {
		for (let e = element; e; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor);
			if (c[3] === 1)
				return c;
		}
		return [255, 255, 255, 1];
	};
	const faint = new Set();
	const sideways = () => document.documentElement.scrollWidth - innerWidth;
	const closed = sideways();
	const aimed = location.hash && document.querySelector(":target");
	const revealed = aimed ? aimed.closest("details").open : null;

	for (const details of document.querySelectorAll("details"))
		details.open = true;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement;
		const box = element.getBoundingClientRect();
		if (!walker.currentNode.data.trim() || box.width < 2 || element.tagName === "SCRIPT")
			continue;
		const style = getComputedStyle(element);
		const pair = [light(colour(style.color)), light(behind(element))].sort((a, b) => b - a);
		const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
		if (ratio < 4.5)
			faint.add(`${element.tagName}.${element.className} ${ratio.toFixed(1)}`);
	}

	const frame = document.querySelector(".tall");
	frame.style.height = "9rem";
	frame.style.width = "18rem";
	frame.scrollTop = 60;
	frame.scrollLeft = 60;
	const at = frame.getBoundingClientRect();
	const heading = frame.querySelector("thead th").getBoundingClientRect();
	const name = frame.querySelector("tbody th[scope=row]").getBoundingClientRect();
	const result = {
		faint: [...faint], revealed, closed, open: sideways(),
		background: getComputedStyle(document.body).backgroundColor,
		scrolled: [frame.scrollTop, frame.scrollLeft],
		stuck: [heading.top - at.top, name.left - at.left],
		dead: [...document.querySelectorAll("a[href^='#']")]
			.map((a) => a.getAttribute("href").slice(1))
			.filter((id) => !document.getElementById(id)),
	};
	const out = document.createElement("pre");
	out.id = "probe";
	out.textContent = JSON.stringify(result);
	document.body.append(out);
});
